import type { FastifyInstance } from "fastify";
import { isJsonObject } from "../json.ts";
import { mergeJson } from "../merge-json.ts";
import { Settings } from "../settings.ts";
import type { World } from "../world.ts";
import { type ControlContext, numberById } from "./context.ts";
import {
  BulkInput,
  CallsQuery,
  IdleQuery,
  RawWebhookInput,
  ResetInput,
  WebhooksQuery,
} from "./inputs.ts";
import { runBulk } from "./run-bulk.ts";

/** What concerns the run as a whole: settings, lists, flush, idle, reset, bulk. */
export function runRoutes(app: FastifyInstance, context: ControlContext): void {
  app.get("/settings", () => context.world().settings);

  app.patch("/settings", (request) => {
    const world = context.world();
    const patch = isJsonObject(request.body) ? request.body : {};
    world.settings = Settings.parse(mergeJson(world.settings, patch));
    return world.settings;
  });

  app.get("/webhooks", (request) => {
    const { customerId, state, limit } = WebhooksQuery.parse(request.query);
    const webhooks = context
      .world()
      .dispatcher.records.filter(
        (record) =>
          (state === undefined || record.state === state) &&
          (customerId === undefined ||
            record.updates.some((update) => update.customerId === customerId)),
      );
    return { webhooks: webhooks.slice(-limit) };
  });

  app.post("/webhooks", (request, reply) => {
    const world = context.world();
    const { to, payload } = RawWebhookInput.parse(request.body);
    const { phoneNumberId } = numberById(world, to);
    const draft = { phoneNumberId, updates: [], payload, lanes: [] };
    void world.dispatcher.dispatch(draft, { copies: 1, firstCopy: 1 });
    return reply.code(202).send({ id: world.dispatcher.records.at(-1)?.id });
  });

  app.get("/calls", (request) => {
    const { customerId, limit } = CallsQuery.parse(request.query);
    const { calls } = context.world().state;
    const chosen = calls.filter(
      (call) => customerId === undefined || call.customerId === customerId,
    );
    return { calls: chosen.slice(-limit) };
  });

  app.post("/flush", () => {
    const world = context.world();
    void world.updates.release(null);
    world.timers.runAllNow();
    return pendingOf(world);
  });

  app.get("/idle", async (request) => {
    const world = context.world();
    const { timeoutMs } = IdleQuery.parse(request.query);
    const idle = await world.activity.until(() => world.activity.pending === 0, timeoutMs);
    return { idle, ...pendingOf(world) };
  });

  app.post("/reset", (request) => {
    context.reset(ResetInput.parse(request.body ?? {}).keepNumbers);
    return { numbers: [...context.world().state.numbers.keys()] };
  });

  app.post("/bulk", (request, reply) => {
    const bulk = BulkInput.parse(request.body);
    const { customers } = runBulk(context.world(), bulk);
    return reply.code(202).send({ count: bulk.count, customers: customers.length });
  });
}

/**
 * `held` are updates that a `batch` or `reorder` gathers; they don't keep the emulator from being
 * idle.
 */
function pendingOf(world: World) {
  return { pending: world.activity.pending, held: world.updates.heldCount };
}
