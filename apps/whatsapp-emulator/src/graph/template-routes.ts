import type { FastifyInstance, FastifyRequest } from "fastify";
import type { JsonObject } from "../json.ts";
import type { BusinessNumber, Template } from "../state.ts";
import { GraphError } from "./graph-error.ts";

const PAGE = 25;
const MAX_PAGE = 1_000;

/** Of a number that knows no templates: any name is taken then, and these are shown. */
const SAMPLES: readonly Template[] = [
  {
    name: "hello_world",
    language: "en_US",
    category: "utility",
    bodyParameters: 0,
    body: "Welcome and congratulations!! This message demonstrates your ability to send a message.",
  },
  {
    name: "order_update",
    language: "en",
    category: "utility",
    bodyParameters: 2,
    body: "Hi {{1}}, your order {{2}} is on its way.",
  },
  {
    name: "cap_nhat_don_hang",
    language: "vi",
    category: "utility",
    bodyParameters: 2,
    body: "Chào {{1}}, đơn hàng {{2}} của bạn đang được giao.",
  },
];

interface ListQuery {
  readonly limit?: string;
  readonly after?: string;
  readonly status?: string;
}

/** Lists the approved templates of a WhatsApp business account, page by page (`channels.md` A17). */
export function templateRoutes(
  app: FastifyInstance,
  path: string,
  authorize: (request: FastifyRequest, wabaId: string) => BusinessNumber,
): void {
  app.get<{ Params: { wabaId: string }; Querystring: ListQuery }>(
    `${path}/message_templates`,
    async (request) => {
      const { templates } = authorize(request, request.params.wabaId);
      const { limit = String(PAGE), after = "", status = "APPROVED" } = request.query;
      const size = Number(limit);
      if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE) {
        throw new GraphError(100, `Param limit must be from 1 to ${MAX_PAGE}.`);
      }
      const all = status === "APPROVED" ? (templates ?? SAMPLES) : [];
      const from = after === "" ? 0 : Number(Buffer.from(after, "base64url").toString());
      const page = all.slice(from, from + size);
      const next = from + size < all.length ? { next: "more" } : {};
      return {
        data: page.map((template, index) => presentTemplate(template, from + index)),
        paging: {
          cursors: { before: cursorAt(from), after: cursorAt(from + page.length) },
          ...next,
        },
      };
    },
  );
}

function cursorAt(place: number): string {
  return Buffer.from(String(place)).toString("base64url");
}

function presentTemplate(template: Template, index: number): JsonObject {
  return {
    name: template.name,
    parameter_format: "POSITIONAL",
    components: [{ type: "BODY", text: bodyOf(template) }],
    language: template.language,
    status: "APPROVED",
    category: template.category.toUpperCase(),
    id: String(1_667_192_013_751_000 + index),
  };
}

/** A template that was registered without its words says which variables it takes. */
function bodyOf({ name, body, bodyParameters }: Template): string {
  if (body != null) return body;
  const variables = Array.from({ length: bodyParameters }, (_, index) => `{{${index + 1}}}`);
  return [name.replaceAll("_", " "), ...variables].join(" ");
}
