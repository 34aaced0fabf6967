import { z } from "zod";
import { Id } from "./common.ts";

/** Most tags, and most categories, of a business. */
export const MAX_TAGS = 1_000;

/** Rules' conditions name tags; so do contacts. */
const TagName = z.string().trim().min(1).max(100);
const Colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/, 'Write a colour as "#1a7f37", in lower case.')
  .default("#6b7280");

export const Tag = z.object({ id: Id, name: z.string(), colour: z.string() }).meta({ id: "Tag" });
export type Tag = z.infer<typeof Tag>;
export const Tags = z.object({ tags: z.array(Tag) });
export const TagBody = z.strictObject({ name: TagName, colour: Colour });
/** Only what is given changes. */
export const TagPatch = z.strictObject({
  name: TagName.optional(),
  colour: Colour.unwrap().optional(),
});
export const TagParams = z.object({ tagId: Id });

/** What a session was about: chosen when it closes. */
export const Category = z.object({ id: Id, name: z.string() }).meta({ id: "Category" });
export type Category = z.infer<typeof Category>;
export const Categories = z.object({ categories: z.array(Category) });
export const CategoryBody = z.strictObject({ name: TagName });
export const CategoryParams = z.object({ categoryId: Id });

/** Names of the catalogue's tags, whatever their capitals. */
export const TagNames = z.array(TagName).max(50);
export const TagNamesBody = z.strictObject({ tags: TagNames });
export const SessionCategoryBody = z.strictObject({ categoryId: Id.nullable() });

/** What a person must leave behind to close a session; the clock needs nothing (clock.md §5). */
export const ClosingRequirements = z
  .strictObject({
    tag: z.boolean().describe("At least one tag on the session"),
    note: z.boolean().describe("At least one note in the session, since it was last reopened"),
    category: z.boolean(),
  })
  .meta({ id: "ClosingRequirements" });
export type ClosingRequirements = z.infer<typeof ClosingRequirements>;
