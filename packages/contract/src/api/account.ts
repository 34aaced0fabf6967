import { z } from "zod";
import { Id, PersonName, Timestamp } from "./common.ts";

/** A business on this server. */
export const Account = z
  .object({ id: Id, name: z.string(), createdAt: Timestamp })
  .meta({ id: "Account" });
export type Account = z.infer<typeof Account>;
export const AccountPatch = z.strictObject({ name: PersonName });
