import { randomInt } from "node:crypto";
import type { FastifyInstance } from "fastify";
import type { BusinessNumber } from "../state.ts";
import { checkWebhookUrl } from "./check-webhook-url.ts";
import { type ControlContext, numberById } from "./context.ts";
import { ControlError } from "./control-error.ts";
import { NumberInput, NumberPatch } from "./inputs.ts";

interface Params {
  phoneNumberId: string;
}

/** Business numbers: register, list, change, and the webhook handshake. */
export function numberRoutes(app: FastifyInstance, context: ControlContext): void {
  app.get("/numbers", () => {
    return { numbers: [...context.world().state.numbers.values()].map(presentNumber) };
  });

  app.post("/numbers", (request, reply) => {
    const number: BusinessNumber = NumberInput.parse(request.body);
    checkWebhookUrl(number.webhookUrl, context.allowedHosts);
    context.world().state.numbers.set(number.phoneNumberId, number);
    context.world().feed.publish({ type: "numbers" });
    return reply.code(201).send(presentNumber(number));
  });

  app.patch<{ Params: Params }>("/numbers/:phoneNumberId", (request) => {
    const number = numberById(context.world(), request.params.phoneNumberId);
    const patch = NumberPatch.parse(request.body);
    checkWebhookUrl(patch.webhookUrl ?? null, context.allowedHosts);
    context.world().feed.publish({ type: "numbers" });
    return presentNumber(Object.assign(number, patch));
  });

  app.post<{ Params: Params }>("/numbers/:phoneNumberId/handshake", async (request) => {
    const world = context.world();
    const number = numberById(world, request.params.phoneNumberId);
    if (number.webhookUrl === null) {
      throw new ControlError(409, "The number has no webhookUrl. Set one first.");
    }
    const challenge = String(randomInt(1_000_000_000));
    const query = new URLSearchParams({
      "hub.mode": "subscribe",
      "hub.challenge": challenge,
      "hub.verify_token": number.verifyToken,
    });
    const answer = await world.dispatcher.handshake(number.webhookUrl, query);
    return { ok: answer.status === 200 && answer.text === challenge, challenge, answer };
  });
}

/** Without the token and the secret. */
function presentNumber(number: BusinessNumber) {
  const { accessToken: _token, appSecret: _secret, verifyToken: _verify, ...shown } = number;
  return shown;
}
