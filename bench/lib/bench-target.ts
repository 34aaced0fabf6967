import { BENCH_NUMBER, type BenchBusiness } from "./bench-server.ts";
import type { LoadPlan } from "./load-plan.ts";

/** The number of a bench business and so many of its customers, as `seedSessions` numbers them. */
export function benchTarget(
  { channelId }: BenchBusiness,
  customers: number,
): Pick<LoadPlan, "path" | "appSecret" | "phoneNumberId" | "firstPhone" | "customers"> {
  return {
    path: `/webhooks/whatsapp/${channelId}`,
    appSecret: BENCH_NUMBER.appSecret,
    phoneNumberId: BENCH_NUMBER.phoneNumberId,
    firstPhone: 84_900_000_001,
    customers,
  };
}
