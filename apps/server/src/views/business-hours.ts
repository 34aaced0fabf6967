import type { BusinessHours, BusinessHoursView } from "@punctual/contract";
import { isOpenAt, nextChangeAfter } from "@punctual/session";
import { timestamp } from "./timestamp.ts";

/** @param now the database's clock, epoch ms */
export function presentBusinessHours(hours: BusinessHours | null, now: number): BusinessHoursView {
  const nextChangeAt = hours === null ? null : nextChangeAfter(hours, now);
  return {
    businessHours: hours,
    open: isOpenAt(hours, now),
    nextChangeAt: nextChangeAt === null ? null : timestamp(nextChangeAt),
  };
}
