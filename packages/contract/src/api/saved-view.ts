import { z } from "zod";
import { eachOnce, Id } from "./common.ts";
import { SessionSort } from "./session.ts";

/** Most saved views of a member. */
export const MAX_SAVED_VIEWS = 50;

/** What `GET /api/v1/sessions` is asked for; what is left out is not filtered by. */
export const SavedViewFilters = z.strictObject({
  state: z.enum(["open", "closed", "all"]).optional(),
  assignee: z
    .union([z.uuid('It must be the id of a member, "me" or "none".'), z.literal(["me", "none"])])
    .optional(),
  channel: Id.optional(),
  team: Id.optional(),
  tag: Id.optional(),
  category: Id.optional(),
  overdue: z.boolean().optional(),
  dueSoon: z.boolean().optional(),
  text: z.string().trim().min(2).max(200).optional(),
});
export type SavedViewFilters = z.infer<typeof SavedViewFilters>;

/** A member's own view of the inbox. What it names may be gone since: then it finds nothing. */
export const SavedView = z
  .object({ id: Id, name: z.string(), filters: SavedViewFilters, sort: SessionSort })
  .meta({ id: "SavedView" });
export type SavedView = z.infer<typeof SavedView>;

/** In the member's order. */
export const SavedViews = z.object({ views: z.array(SavedView) });
const ViewName = z.string().trim().min(1).max(100);
export const SavedViewBody = z.strictObject({
  name: ViewName,
  filters: SavedViewFilters.default({}),
  sort: SessionSort.default("nextDeadline"),
});
export type SavedViewBody = z.infer<typeof SavedViewBody>;
/** Only what is given changes; `filters` are whole. */
export const SavedViewPatch = z.strictObject({
  name: ViewName.optional(),
  filters: SavedViewFilters.optional(),
  sort: SessionSort.optional(),
});
export const SavedViewOrderBody = z.strictObject({
  viewIds: z.array(Id).max(MAX_SAVED_VIEWS).refine(eachOnce, "Name each view once."),
});
export const SavedViewParams = z.object({ viewId: Id });
