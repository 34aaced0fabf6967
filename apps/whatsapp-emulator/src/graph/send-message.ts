import { recordChat } from "../chat/record-chat.ts";
import { type FaultSubject, takeFault } from "../faults.ts";
import type { JsonObject } from "../json.ts";
import { type BusinessNumber, type Customer, rememberSent, type SentMessage } from "../state.ts";
import { newWamid } from "../wamid.ts";
import type { World } from "../world.ts";
import { checkTemplate } from "./check-template.ts";
import { GraphError } from "./graph-error.ts";
import { parseSend, type SendRequest } from "./parse-send.ts";
import { type Failure, recordStatus, startLadder } from "./status-ladder.ts";

/** What happens to the HTTP request. */
export type SendReply =
  | {
      readonly type: "answer";
      readonly httpStatus: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly type: "destroy" }
  | { readonly type: "hang" };

export interface SendResult {
  readonly reply: SendReply;
  readonly errorCode: number | null;
  readonly customerId: string | null;
  readonly wamid: string | null;
  /** To be called once the answer is out, so that statuses come after it. */
  readonly afterwards: () => void;
}

/**
 * Takes one `POST /{phone-number-id}/messages` whose token is good.
 *
 * Faults come after the checks of the request, so that none hides a request that Meta would refuse;
 * the window comes after the faults, so that 131047 can be asked for at any time.
 */
export async function sendMessage(
  world: World,
  number: BusinessNumber,
  body: unknown,
): Promise<SendResult> {
  let customerId: string | null = null;
  try {
    const request = parseSend(body);
    if (request.kind === "read") return markRead(world, request);
    const customer = customerAt(world, request);
    customerId = customer?.id ?? null;
    checkMessage(number, request);
    return await acceptOrFail(world, { number, customer, request });
  } catch (error) {
    if (!(error instanceof GraphError)) throw error;
    const reply = jsonAnswer(error.httpStatus, error.body);
    return { reply, errorCode: error.code, customerId, wamid: null, afterwards: () => {} };
  }
}

type MessageRequest = Extract<SendRequest, { kind: "message" }>;

interface Send {
  readonly number: BusinessNumber;
  readonly customer: Customer | null;
  readonly request: MessageRequest;
}

/** How long a phone shows that the business is typing, unless a message comes before (Meta: 25 s). */
const TYPING_MS = 25_000;

/** Marks everything up to a message as read, and shows the business as typing if it asks for that. */
function markRead(world: World, { messageId, typing }: ReadRequest): SendResult {
  const message = world.state.received.get(messageId);
  if (!message) throw new GraphError(131009, "Param message_id: there is no such message.");
  const { customerId, phoneNumberId } = message;
  for (const { by, message: earlier } of world.state.chats.get(customerId) ?? []) {
    if (by !== "customer" || earlier.phoneNumberId !== phoneNumberId) continue;
    if (earlier.status !== "waiting") earlier.status = "read";
    if (earlier.wamid === messageId) break;
  }
  if (typing) setTyping(world, customerId, phoneNumberId, world.now() + TYPING_MS);
  world.feed.publish({ type: "chat", customerId });
  return {
    reply: jsonAnswer(200, { success: true }),
    errorCode: null,
    customerId: message.customerId,
    wamid: null,
    afterwards: () => {},
  };
}

type ReadRequest = Extract<SendRequest, { kind: "read" }>;

function setTyping(world: World, customerId: string, phoneNumberId: string, until: number): void {
  const { typing } = world.state;
  const own = typing.get(customerId) ?? new Map<string, number>();
  typing.set(customerId, own.set(phoneNumberId, until));
}

function customerAt({ state }: World, { to }: MessageRequest): Customer | null {
  const address = "phone" in to ? to.phone.replace(/\D/g, "") : to.bsuid;
  return state.byAddress.get(address) ?? null;
}

function checkMessage(number: BusinessNumber, request: MessageRequest): void {
  const { to } = request;
  if ("phone" in to && to.phone.replace(/\D/g, "") === number.displayPhoneNumber) {
    throw new GraphError(131021);
  }
  if (request.type === "template") checkTemplate(number, request.content);
}

async function acceptOrFail(world: World, send: Send): Promise<SendResult> {
  const { number, customer } = send;
  const { faults } = world;
  const subject = { customerId: customer?.id ?? null, phoneNumberId: number.phoneNumberId };
  const slow = takeFault(faults, "slowAnswer", subject);
  if (slow) await world.timers.wait(slow.ms);
  const refused = refusal(world, subject);
  if (refused) {
    return { ...refused, customerId: subject.customerId, wamid: null, afterwards: () => {} };
  }
  const windowFailure = checkWindow(world, send);
  const sent = accept(world, send);
  const failure = takeFault(faults, "failLater", subject) ?? windowFailure ?? unreachable(send);
  const early = takeFault(faults, "statusBeforeAnswer", subject) !== null;
  if (early) await recordStatus(world, sent, failure ? "failed" : "sent", failure);
  const silent = takeFault(faults, "acceptedNoAnswer", subject);
  return {
    reply: silent ? { type: silent.socket } : jsonAnswer(200, presentAccepted(send, sent)),
    errorCode: null,
    customerId: subject.customerId,
    wamid: sent.wamid,
    afterwards: () => startLadder(world, sent, failure),
  };
}

/** The faults after which nothing was accepted. */
function refusal(
  world: World,
  subject: FaultSubject,
): Pick<SendResult, "reply" | "errorCode"> | null {
  if (takeFault(world.faults, "droppedNotAccepted", subject)) {
    return { reply: { type: "destroy" }, errorCode: null };
  }
  const server = takeFault(world.faults, "serverError", subject);
  if (server) return { reply: serverErrorAnswer(server), errorCode: null };
  const error = takeFault(world.faults, "error", subject);
  if (error) throw new GraphError(error.code, error.details, error);
  return null;
}

const HOUR_MS = 3_600_000;

/** Templates may go at any time; the rest only within 24 hours (`channels.md` A13). */
function checkWindow(world: World, { number, customer, request }: Send): Failure | null {
  const { window } = world.settings;
  if (window === "off" || request.type === "template" || customer === null) return null;
  const lastWroteAt = customer.lastWroteAt.get(number.phoneNumberId);
  if (lastWroteAt !== undefined && world.now() - lastWroteAt < 24 * HOUR_MS) return null;
  if (window === "fail") return { code: 131047, title: null, afterMs: 0 };
  throw new GraphError(
    131047,
    "More than 24 hours have passed since the customer last replied to this number.",
  );
}

/** An address without WhatsApp is found out only after the message was accepted. */
function unreachable({ customer }: Send): Failure | null {
  return customer === null ? { code: 131026, title: null, afterMs: 0 } : null;
}

function accept(world: World, { number, customer, request }: Send): SentMessage {
  const byPhone = "phone" in request.to;
  const digits = request.address.replace(/\D/g, "");
  const sent: SentMessage = {
    wamid: newWamid("business", byPhone ? digits : request.address),
    phoneNumberId: number.phoneNumberId,
    customerId: customer?.id ?? null,
    addressedBy: byPhone ? "phone" : "bsuid",
    address: request.address,
    type: request.type,
    body: request.body,
    reference: request.reference,
    receivedAt: world.now(),
    status: "accepted",
    statuses: [],
    warnings:
      byPhone && !request.address.startsWith("+")
        ? ["`to` has no +: Meta may put the business's own country code before it."]
        : [],
  };
  rememberSent(world.state, sent);
  if (customer !== null) {
    world.state.typing.get(customer.id)?.delete(number.phoneNumberId);
    recordChat(world, customer.id, { by: "business", message: sent });
  }
  world.activity.changed();
  return sent;
}

function presentAccepted({ request, customer }: Send, sent: SentMessage): JsonObject {
  const input = request.address;
  const address =
    sent.addressedBy === "bsuid"
      ? { user_id: input }
      : {
          wa_id: customer?.phone ?? input.replace(/\D/g, ""),
        };
  const status = request.type === "template" ? { message_status: "accepted" } : {};
  return {
    messaging_product: "whatsapp",
    contacts: [{ input, ...address }],
    messages: [{ id: sent.wamid, ...status }],
  };
}

function serverErrorAnswer(fault: {
  readonly httpStatus: number;
  readonly body: "json" | "html" | "empty";
}): SendReply {
  const { httpStatus } = fault;
  if (fault.body === "json") {
    return jsonAnswer(httpStatus, new GraphError(2, null, { httpStatus }).body);
  }
  const body =
    fault.body === "html" ? "<html><body>Sorry, something went wrong.</body></html>" : "";
  return { type: "answer", httpStatus, contentType: "text/html; charset=utf-8", body };
}

function jsonAnswer(httpStatus: number, body: JsonObject): SendReply {
  const contentType = "application/json; charset=UTF-8";
  return { type: "answer", httpStatus, contentType, body: JSON.stringify(body) };
}
