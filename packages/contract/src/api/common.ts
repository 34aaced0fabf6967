import { z } from "zod";

/** An id of anything: a UUID. */
export const Id = z.uuid();

export const SessionParams = z.object({ sessionId: Id });

/** A point in time as the API writes it: ISO 8601 in UTC, with milliseconds. */
export const Timestamp = z.iso.datetime({ precision: 3 }).describe("ISO 8601, UTC");

/** A point in time as the API takes it: ISO 8601, in any offset. */
export const TimestampInput = z.iso.datetime({ offset: true }).describe("ISO 8601 with an offset");

/** Opaque: what an earlier page gave as `nextCursor`. */
export const Cursor = z.string().min(1).max(500);

/** The part of a query string that asks for a page. */
export const PageQuery = z.strictObject({
  cursor: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** `nextCursor` is null on the last page. */
export const nextCursor = Cursor.nullable();

/** Whether a list names nothing twice. */
export function eachOnce(list: readonly unknown[]): boolean {
  return new Set(list).size === list.length;
}

/** `?flag=true`: only the two words count. */
export const QueryFlag = z.enum(["true", "false"]).transform((text) => text === "true");

/** An RFC 9457 problem document. `code` is stable; `title` says what to do. */
export const ProblemDocument = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: "Problem" });

export const PersonName = z.string().trim().min(1).max(200);
export const Email = z.email().max(320);
/** Longer than any guess and short enough to hash. */
export const Password = z.string().min(10, "Use at least 10 characters.").max(128);
export const Role = z.enum(["agent", "supervisor", "admin"]);
export const MemberStatus = z.enum(["available", "away", "offline"]);
export type MemberStatus = z.infer<typeof MemberStatus>;
