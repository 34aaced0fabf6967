import type { ChannelTemplates, TemplatesAnswer } from "@punctual/channel-kit";
import type { MessageTemplate } from "@punctual/contract";
import { z } from "zod";
import type { WhatsAppConfig } from "./config.ts";
import { callGraph } from "./graph.ts";

/** Templates of the number's business account (channels.md A17). */
export const whatsappTemplates: ChannelTemplates<WhatsAppConfig> = { list: listTemplates };

const PAGE = 200;
const MOST = 1_000;
const FIELDS = "name,status,category,language,components,parameter_format";

const Button = z.object({ type: z.string(), text: z.string().catch("") });
const Component = z.object({
  type: z.string(),
  format: z.string().optional().catch(undefined),
  text: z.string().optional().catch(undefined),
  buttons: z.array(Button).optional().catch(undefined),
});
const Item = z.object({
  name: z.string().min(1),
  language: z.string().min(1),
  status: z.string(),
  category: z.string().catch(""),
  parameter_format: z.string().catch("POSITIONAL"),
  components: z.array(Component).catch([]),
});
const Page = z.object({
  data: z.array(z.unknown()),
  paging: z
    .object({
      next: z.string().optional().catch(undefined),
      cursors: z.object({ after: z.string() }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

async function listTemplates(
  config: WhatsAppConfig,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Promise<TemplatesAnswer> {
  const { businessAccountId } = config;
  if (businessAccountId === undefined) {
    const message = "Give the channel its businessAccountId: the WhatsApp business account's id.";
    return { type: "notConfigured", message };
  }
  const templates: MessageTemplate[] = [];
  let after: string | undefined;
  do {
    const query = new URLSearchParams({ fields: FIELDS, status: "APPROVED", limit: String(PAGE) });
    if (after !== undefined) query.set("after", after);
    const path = `${businessAccountId}/message_templates?${query}`;
    const answer = await callGraph(config, path, { signal }, fetch);
    if (answer.type === "missing") {
      return { type: "failed", message: "Meta knows no such business account, or not this token." };
    }
    if (answer.type !== "ok") return { type: "failed", message: answer.message };
    const page = Page.safeParse(answer.json);
    if (!page.success) return { type: "failed", message: "Graph's answer can't be read." };
    templates.push(...page.data.data.flatMap(parseTemplate));
    const { next, cursors } = page.data.paging ?? {};
    after = next === undefined ? undefined : cursors?.after;
  } while (after !== undefined && templates.length < MOST);
  return { type: "listed", templates: templates.slice(0, MOST).toSorted(byName) };
}

/** One odd template never costs the others. */
function parseTemplate(raw: unknown): MessageTemplate[] {
  const item = Item.safeParse(raw);
  if (!item.success || item.data.status.toUpperCase() !== "APPROVED") return [];
  const { name, language, category, components, parameter_format } = item.data;
  const part = (type: string) => components.find((each) => each.type.toUpperCase() === type);
  const [header, body] = [part("HEADER"), part("BODY")?.text ?? ""];
  return [
    {
      ...{ name, language, category, body },
      header:
        header === undefined
          ? null
          : {
              format: header.format ?? "TEXT",
              text: header.text ?? null,
              variables: variablesIn(header.text ?? ""),
            },
      variables: variablesIn(body),
      namedVariables: parameter_format.toUpperCase() === "NAMED",
      footer: part("FOOTER")?.text ?? null,
      buttons: part("BUTTONS")?.buttons ?? [],
    },
  ];
}

/** Each once, in the order in which they come. */
function variablesIn(text: string): string[] {
  const found = [...text.matchAll(/\{\{\s*(\w+)\s*\}\}/g)].map(([, name = ""]) => name);
  return [...new Set(found)];
}

function byName(a: MessageTemplate, b: MessageTemplate): number {
  return a.name.localeCompare(b.name) || a.language.localeCompare(b.language);
}
