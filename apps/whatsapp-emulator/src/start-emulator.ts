import type { AddressInfo } from "node:net";
import Fastify, { type FastifyInstance } from "fastify";
import { type Logger, pino } from "pino";
import { PhoneFeed } from "./chat/phone-feed.ts";
import { createEmulatorClient, type EmulatorClient } from "./client.ts";
import { checkWebhookUrl } from "./control/check-webhook-url.ts";
import { controlRoutes } from "./control/control-routes.ts";
import { NumberInput } from "./control/inputs.ts";
import { graphRoutes } from "./graph/graph-routes.ts";
import { phonesPage } from "./phones/phones-page.ts";
import { Settings, type SettingsInput } from "./settings.ts";
import type { BusinessNumber } from "./state.ts";
import { closeWorld, createWorld } from "./world.ts";

export interface EmulatorOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string;
  /** Default: 0, a free one. */
  readonly port?: number;
  /** Hosts besides this machine that webhooks may go to. */
  readonly allowWebhookHosts?: readonly string[];
  readonly settings?: SettingsInput;
  /** Business numbers to begin with. */
  readonly numbers?: readonly NumberInput[];
  /** Default: nothing is logged. */
  readonly logger?: Logger;
}

export interface Emulator {
  /** The base URL, without a slash at the end. It stands for `https://graph.facebook.com`. */
  readonly url: string;
  readonly client: EmulatorClient;
  /** Stops at once: open connections are cut, webhooks under way dropped. */
  readonly close: () => Promise<void>;
}

/**
 * Starts a Cloud API on this machine.
 *
 * What is authoritative: all state is in this process's memory, in one `World`; a reset replaces
 * it. What a customer does becomes an *update*, the update stream applies webhook faults to it, the
 * dispatcher POSTs it until it is answered with 200. What the business sends becomes a *sent
 * message*, whose status ladder makes updates in turn.
 *
 * @throws ZodError for an option that isn't valid, ControlError for a webhook URL of another
 *   machine, and what `listen` throws when the port is taken.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { host = "127.0.0.1", port = 0, logger = pino({ level: "silent" }) } = options;
  const allowedHosts = new Set(options.allowWebhookHosts);
  const settings = Settings.parse(options.settings ?? {});
  const numbers: BusinessNumber[] = (options.numbers ?? []).map((raw) => NumberInput.parse(raw));
  for (const number of numbers) checkWebhookUrl(number.webhookUrl, allowedHosts);

  const feed = new PhoneFeed();
  let world = createWorld(settings, numbers, logger, feed);
  const context = {
    world: () => world,
    allowedHosts,
    feed,
    reset: (keepNumbers: boolean) => {
      const kept = keepNumbers ? world.state.numbers.values() : [];
      closeWorld(world);
      world = createWorld(settings, kept, logger, feed);
      feed.publish({ type: "reset" });
    },
  };

  const app = Fastify({ forceCloseConnections: true, bodyLimit: 4 * 1024 * 1024 });
  acceptEmptyJson(app);
  await app.register(async (scope) => phonesPage(scope));
  await app.register(async (scope) => controlRoutes(scope, context), { prefix: "/_emulator" });
  await app.register(async (scope) => graphRoutes(scope, context.world));
  await app.listen({ host, port });
  const url = urlOf(app.server.address(), host);
  return {
    url,
    client: createEmulatorClient(url),
    close: async () => {
      closeWorld(world);
      await app.close();
    },
  };
}

/**
 * `curl -X POST -H content-type:application/json` without a body is a control call without options.
 */
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("ignore", "ignore");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, undefined);
    else void parse(request, String(body), done);
  });
}

function urlOf(address: string | AddressInfo | null, host: string): string {
  if (address === null || typeof address === "string") return `http://${host}`;
  return `http://${host.includes(":") ? `[${host}]` : host}:${address.port}`;
}
