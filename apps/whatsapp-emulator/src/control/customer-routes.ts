import type { FastifyInstance } from "fastify";
import { recordChat } from "../chat/record-chat.ts";
import { deliver, recordStatus } from "../graph/status-ladder.ts";
import type { SentMessage } from "../state.ts";
import { newWamid } from "../wamid.ts";
import { echoUpdate } from "../webhooks/echo-update.ts";
import type { World } from "../world.ts";
import { addCustomer, presentCustomer } from "./add-customer.ts";
import { type ControlContext, customerById, numberById } from "./context.ts";
import { ControlError } from "./control-error.ts";
import { CustomerMessageInput } from "./customer-message-input.ts";
import { CustomerInput, CustomerPatch, EchoInput, ReadsInput, SentQuery } from "./inputs.ts";
import { sendWritten, writeMessage } from "./write-message.ts";

interface Params {
  customerId: string;
}

/** Customers, and what they do. */
export function customerRoutes(app: FastifyInstance, context: ControlContext): void {
  app.get("/customers", () => {
    const world = context.world();
    const all = [...world.state.customers.values()];
    return { customers: all.map((customer) => presentCustomer(world, customer)) };
  });

  app.post("/customers", (request, reply) => {
    const world = context.world();
    const customer = addCustomer(world, CustomerInput.parse(request.body));
    world.feed.publish({ type: "customers" });
    return reply.code(201).send(presentCustomer(world, customer));
  });

  app.patch<{ Params: Params }>("/customers/:customerId", (request) => {
    const world = context.world();
    const customer = customerById(world, request.params.customerId);
    Object.assign(customer, CustomerPatch.parse(request.body));
    for (const sent of sentTo(world, customer.id)) deliver(world, sent);
    world.feed.publish({ type: "customers" });
    return presentCustomer(world, customer);
  });

  app.post<{ Params: Params }>("/customers/:customerId/messages", (request, reply) => {
    const world = context.world();
    const customer = customerById(world, request.params.customerId);
    const spec = CustomerMessageInput.parse(request.body);
    const number = numberById(world, spec.to);
    const message = writeMessage(world, number, customer, spec);
    const updates = customer.offlineUntil === null ? sendWritten(world, message) : [];
    for (const update of updates) void world.updates.emit(update);
    const timestamp = Math.floor(message.at / 1_000);
    return reply.code(201).send({ messageId: message.wamid, timestamp });
  });

  app.post<{ Params: Params }>("/customers/:customerId/echoes", (request, reply) => {
    const world = context.world();
    const customer = customerById(world, request.params.customerId);
    const { to, id, text, timestamp } = EchoInput.parse(request.body);
    const number = numberById(world, to);
    const wamid = id ?? newWamid("business", customer.phone ?? customer.bsuid ?? customer.id);
    const stamp = timestamp ?? Math.floor(world.now() / 1_000);
    const { phoneNumberId } = number;
    const message = { wamid, phoneNumberId, text, at: stamp * 1_000 };
    recordChat(world, customer.id, { by: "app", message });
    void world.updates.emit(echoUpdate(number, customer, { wamid, stamp, text }));
    return reply.code(201).send({ messageId: wamid, timestamp: stamp });
  });

  app.post<{ Params: Params }>("/customers/:customerId/reads", (request) => {
    const world = context.world();
    const customer = customerById(world, request.params.customerId);
    const { messageId, timestamp } = ReadsInput.parse(request.body ?? {});
    if (customer.offlineUntil !== null) {
      throw new ControlError(409, `${customer.name} has no network: read when it is back.`);
    }
    const read = unreadBy(world, customer.id, messageId);
    for (const sent of read) void recordStatus(world, sent, "read", null, timestamp);
    return { messageIds: read.map((sent) => sent.wamid) };
  });

  app.get<{ Params: Params }>("/customers/:customerId/sent", async (request) => {
    const world = context.world();
    const customer = customerById(world, request.params.customerId);
    const { atLeast, timeoutMs } = SentQuery.parse(request.query);
    const enough = () => sentTo(world, customer.id).length >= atLeast;
    const complete = await world.activity.until(enough, timeoutMs);
    return { complete, messages: sentTo(world, customer.id) };
  });
}

function sentTo({ state }: World, customerId: string): SentMessage[] {
  return state.sentTo.get(customerId) ?? [];
}

/** @throws ControlError 404 for a message that this customer never got. */
function unreadBy(world: World, customerId: string, messageId: string | null): SentMessage[] {
  const messages = sentTo(world, customerId);
  if (messageId === null) {
    return messages.filter(({ status }) => status === "sent" || status === "delivered");
  }
  const chosen = messages.filter(({ wamid }) => wamid === messageId);
  if (chosen.length === 0) {
    throw new ControlError(404, `${customerId} got no message ${messageId}.`);
  }
  return chosen;
}
