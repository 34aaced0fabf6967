import { z } from "zod";
import { QueryFlag, Timestamp } from "./common.ts";

/** A message that the provider approved, which may be sent when the messaging window is closed. */
export const MessageTemplate = z
  .object({
    name: z.string(),
    language: z.string(),
    category: z.string(),
    header: z
      .object({
        format: z.string().describe("TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION or another"),
        text: z.string().nullable(),
        variables: z.array(z.string()),
      })
      .nullable(),
    body: z.string(),
    /** What stands between the braces in the body, in order: `1`, `2` … or names. */
    variables: z.array(z.string()),
    /** Whether parameters carry `parameter_name`. */
    namedVariables: z.boolean(),
    footer: z.string().nullable(),
    buttons: z.array(z.object({ type: z.string(), text: z.string() })),
  })
  .meta({ id: "MessageTemplate" });
export type MessageTemplate = z.infer<typeof MessageTemplate>;

export const TemplatesQuery = z.strictObject({
  refresh: QueryFlag.optional().describe("Ask the provider again, at most every ten seconds"),
});

export const MessageTemplates = z.object({
  /** By name, then language; at most 1,000. */
  templates: z.array(MessageTemplate),
  fetchedAt: Timestamp,
});
export type MessageTemplates = z.infer<typeof MessageTemplates>;
