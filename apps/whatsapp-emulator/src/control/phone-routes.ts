import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";
import { loseNetwork } from "../chat/network.ts";
import type { PhoneChange } from "../chat/phone-feed.ts";
import { exportPhones, importPhones, PhonesFile } from "../chat/phones-file.ts";
import { presentChat } from "../chat/present-chat.ts";
import { presentCustomer } from "./add-customer.ts";
import { type ControlContext, customerById } from "./context.ts";
import { ChatQuery, OfflineInput } from "./inputs.ts";

interface Params {
  customerId: string;
}

/** Files grow by a third as base64, and there may be 128 MB of them. */
const MOST_FILE_BYTES = 256 * 1024 * 1024;

/** A watcher that reads so slowly is cut off; it connects again and asks for everything. */
const MOST_UNREAD_BYTES = 1_000_000;

/** A proxy or a sleeping laptop is noticed by a sign of life this often. */
const SIGN_OF_LIFE_MS = 15_000;

/** What phones show, and their network. */
export function phoneRoutes(app: FastifyInstance, context: ControlContext): void {
  app.get<{ Params: Params }>("/customers/:customerId/chat", (request) => {
    const world = context.world();
    const customer = customerById(world, request.params.customerId);
    const { limit } = ChatQuery.parse(request.query);
    const typing = world.state.typing.get(customer.id) ?? new Map<string, number>();
    return {
      messages: presentChat(world.state.chats.get(customer.id) ?? []).slice(-limit),
      typing: [...typing].flatMap(([phoneNumberId, until]) =>
        until > world.now() ? [{ phoneNumberId, remainingMs: until - world.now() }] : [],
      ),
    };
  });

  app.post<{ Params: Params }>("/customers/:customerId/offline", (request) => {
    const world = context.world();
    const customer = customerById(world, request.params.customerId);
    loseNetwork(world, customer, OfflineInput.parse(request.body ?? {}).ms);
    return presentCustomer(world, customer);
  });

  app.get("/phones", () => exportPhones(context.world()));

  app.post("/phones", { bodyLimit: MOST_FILE_BYTES }, (request, reply) => {
    importPhones(context.world(), PhonesFile.parse(request.body));
    return reply.code(204).send();
  });

  app.get("/events", (_request, reply) => {
    reply.hijack();
    streamChanges(reply.raw, context);
  });
}

/** Server-sent events: `ready` once everything from then on is told, then each change. */
function streamChanges(response: ServerResponse, { feed }: ControlContext): void {
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  });
  const tell = (change: PhoneChange | { readonly type: "ready" }) => {
    if (response.writableLength > MOST_UNREAD_BYTES) response.destroy();
    else response.write(`data: ${JSON.stringify(change)}\n\n`);
  };
  const unwatch = feed.watch(tell);
  const signs = setInterval(() => response.write(":\n\n"), SIGN_OF_LIFE_MS);
  response.once("close", () => {
    clearInterval(signs);
    unwatch();
  });
  response.write("retry: 1000\n\n");
  tell({ type: "ready" });
}
