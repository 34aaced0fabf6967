import { z } from "zod";
import { BusinessHours } from "../business-hours.ts";
import { Timestamp } from "./common.ts";

/** `null`: no hours, the business is always open. */
export const BusinessHoursBody = z.strictObject({ businessHours: BusinessHours.nullable() });

export const BusinessHoursView = z.object({
  businessHours: BusinessHours.nullable(),
  /** Whether it is open now. */
  open: z.boolean(),
  /** When it opens or closes next; `null`: not within about a year. */
  nextChangeAt: Timestamp.nullable(),
});
export type BusinessHoursView = z.infer<typeof BusinessHoursView>;
