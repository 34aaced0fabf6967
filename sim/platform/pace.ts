/** Stands in for the server's `platform/pace.ts`: the pace that was drawn for this run. */
import type { Pace } from "../../apps/server/src/platform/pace.ts";
import { currentPlan } from "../plan/current-plan.ts";

export const PACE: Pace = currentPlan().pace;
