import { z } from "zod";
import { isJsonObject, type JsonObject } from "../json.ts";
import { GraphError } from "./graph-error.ts";
import { INTERACTIVE_SCHEMAS, MESSAGE_SCHEMAS } from "./message-schemas.ts";

/** A valid body of `POST /{phone-number-id}/messages`. */
export type SendRequest =
  | { readonly kind: "read"; readonly messageId: string; readonly typing: boolean }
  | {
      readonly kind: "message";
      readonly to: { readonly phone: string } | { readonly bsuid: string };
      /** As it stood in the request. */
      readonly address: string;
      readonly type: string;
      readonly content: unknown;
      readonly reference: string | null;
      readonly body: JsonObject;
    };

/**
 * Checks a body as Meta does.
 *
 * @throws GraphError 100 for what concerns the request as a whole, 131008 for something missing in
 *   the
 *   message, 131009 for a value that isn't allowed, 131051 for a type that doesn't exist.
 */
export function parseSend(body: unknown): SendRequest {
  if (!isJsonObject(body)) throw new GraphError(100, "The body must be a JSON object.");
  requireParameter(body, "messaging_product");
  if (body.messaging_product !== "whatsapp") {
    throw new GraphError(100, "Param messaging_product must be one of {WHATSAPP}.");
  }
  return body.status === undefined ? parseMessage(body) : parseRead(body);
}

const ReadSchema = z.looseObject({
  status: z.literal("read"),
  message_id: z.string().min(1),
  typing_indicator: z.strictObject({ type: z.literal("text") }).optional(),
});

function parseRead(body: JsonObject): SendRequest {
  const { message_id, typing_indicator } = check(ReadSchema, body, "");
  return { kind: "read", messageId: message_id, typing: typing_indicator !== undefined };
}

function parseMessage(body: JsonObject): SendRequest {
  const { to, address } = parseRecipient(body);
  const type = body.type ?? "text";
  if (typeof type !== "string") throw new GraphError(100, "Param type must be a string.");
  const content = parseContent(body, type);
  checkContext(body, type);
  return { kind: "message", to, address, type, content, reference: parseReference(body), body };
}

function parseRecipient(body: JsonObject) {
  const { to, recipient, recipient_type: kind = "individual" } = body;
  if (kind !== "individual") {
    throw new GraphError(100, "Param recipient_type: only individual exists in this emulator.");
  }
  if (to !== undefined) {
    if (typeof to !== "string" || !/^\+?[\d\s().-]+$/.test(to) || !isPhone(to)) {
      throw new GraphError(131009, "Param to is not a phone number; a BSUID goes into recipient.");
    }
    return { to: { phone: to }, address: to };
  }
  if (recipient === undefined) throw missing(100, "to");
  if (typeof recipient !== "string" || !/^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/.test(recipient)) {
    throw new GraphError(131009, "Param recipient is not a business-scoped user id.");
  }
  return { to: { bsuid: recipient }, address: recipient };
}

function isPhone(to: string): boolean {
  const digits = to.replace(/\D/g, "").length;
  return digits >= 7 && digits <= 15;
}

function parseContent(body: JsonObject, type: string): unknown {
  const content = body[type];
  if (type !== "interactive" && MESSAGE_SCHEMAS[type] === undefined) {
    throw new GraphError(131051, `Message type ${JSON.stringify(type)} is not supported.`);
  }
  if (content === undefined) throw missing(131008, type);
  const schema = MESSAGE_SCHEMAS[type] ?? interactiveSchema(content);
  return schema === null ? content : check(schema, content, type);
}

function interactiveSchema(content: unknown): z.ZodType | null {
  const type = isJsonObject(content) ? content.type : undefined;
  if (type === undefined) throw missing(131008, "interactive['type']");
  const schema = typeof type === "string" ? INTERACTIVE_SCHEMAS[type] : undefined;
  if (schema === undefined) {
    throw new GraphError(131009, `Param interactive['type'] can't be ${JSON.stringify(type)}.`);
  }
  return schema;
}

function checkContext({ context }: JsonObject, type: string): void {
  if (context === undefined) return;
  if (type === "reaction") throw new GraphError(100, "A reaction can't have a context.");
  check(z.looseObject({ message_id: z.string().min(1) }), context, "context");
}

function parseReference({ biz_opaque_callback_data: reference }: JsonObject): string | null {
  if (reference === undefined) return null;
  if (typeof reference !== "string" || reference.length > 512) {
    throw new GraphError(
      100,
      "Param biz_opaque_callback_data is a string of at most 512 characters.",
    );
  }
  return reference;
}

function requireParameter(body: JsonObject, name: string): void {
  if (body[name] === undefined) throw missing(100, name);
}

function missing(code: 100 | 131008, name: string): GraphError {
  return new GraphError(code, `The parameter ${name} is required.`);
}

function check<T extends z.ZodType>(schema: T, value: unknown, at: string): z.infer<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue === undefined) throw new GraphError(100);
  const path = issue.path.map((part) => `[${JSON.stringify(part)}]`).join("");
  const param = `Param ${at}${path}`;
  if (issue.code === "unrecognized_keys") {
    throw new GraphError(100, `Unexpected key ${JSON.stringify(issue.keys[0])} on ${param}.`);
  }
  if (isMissing(value, issue.path)) throw missing(131008, `${at}${path}`);
  if (issue.code === "too_big" && issue.origin === "string" && at === "text") {
    throw new GraphError(100, `${param} must be at most ${issue.maximum} characters long.`);
  }
  throw new GraphError(131009, `${param}: ${issue.message}`);
}

function isMissing(value: unknown, path: readonly PropertyKey[]): boolean {
  let at = value;
  for (const part of path) {
    if (typeof at !== "object" || at === null) return false;
    at = Reflect.get(at, part);
  }
  return at === undefined;
}
