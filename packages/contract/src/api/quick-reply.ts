import { z } from "zod";
import { quickReplyProblems } from "../quick-reply-text.ts";
import { Id, Timestamp } from "./common.ts";

/** Most quick replies of a business. */
export const MAX_QUICK_REPLIES = 1_000;

/** Typed after `/`. Kept in lower case: nobody remembers capitals. */
const Shortcut = z
  .string()
  .trim()
  .toLowerCase()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,49}$/u,
    "Use up to 50 letters, digits, - and _, beginning with a letter or digit.",
  );

const QuickReplyText = z
  .string()
  .max(4_096)
  .refine((text) => text.trim() !== "", "Write something.")
  .superRefine((text, context) => {
    for (const message of quickReplyProblems(text)) context.addIssue({ code: "custom", message });
  })
  .describe("May hold {{contact.name}}, {{contact.firstName}} and {{agent.name}}");

/** A text that agents send often. */
export const QuickReply = z
  .object({
    id: Id,
    /** Unique in the business, in lower case, without the slash. */
    shortcut: z.string(),
    text: z.string(),
    changedAt: Timestamp,
    changedById: Id.nullable(),
  })
  .meta({ id: "QuickReply" });
export type QuickReply = z.infer<typeof QuickReply>;

export const QuickReplies = z.object({ quickReplies: z.array(QuickReply) });
export const QuickReplyBody = z.strictObject({ shortcut: Shortcut, text: QuickReplyText });
export type QuickReplyBody = z.infer<typeof QuickReplyBody>;
/** Only what is given changes. */
export const QuickReplyPatch = QuickReplyBody.partial();
export const QuickReplyParams = z.object({ quickReplyId: Id });
