import {
  PushSubscription,
  PushSubscriptionBody,
  PushSubscriptionParams,
  PushSubscriptions,
} from "@punctual/contract";
import { z } from "zod";
import { subscribeToPush, unsubscribeFromPush } from "../../actions/push-subscriptions.ts";
import { readPushSubscriptions } from "../../store/push-subscriptions.ts";
import { presentPushSubscription } from "../../views/push-subscription.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** Browsers of a member that get Web Push. */
export function registerPushSubscriptions(app: ApiServer, { deps, config }: ApiContext): void {
  app.get(
    "/me/push-subscriptions",
    {
      schema: {
        operationId: "listPushSubscriptions",
        summary: "Your browsers that get pushes, and the key to subscribe with",
        tags: ["Notifications"],
        response: { 200: PushSubscriptions, default: problems },
      },
    },
    async (request) => {
      const { accountId, id } = memberOf(request);
      const rows = await deps.db.readAs(accountId, (read) =>
        readPushSubscriptions(read, accountId, id),
      );
      const subscriptions = rows.map(presentPushSubscription);
      return { publicKey: config.push.publicKey, subscriptions };
    },
  );

  app.post(
    "/me/push-subscriptions",
    {
      schema: {
        operationId: "subscribeToPush",
        summary: "Get pushes in this browser",
        tags: ["Notifications"],
        body: PushSubscriptionBody,
        response: { 201: PushSubscription, default: problems },
      },
    },
    async (request, reply) => {
      const { accountId, id: memberId } = memberOf(request);
      const { allowed } = config.push;
      const row = await subscribeToPush(deps, { accountId, memberId }, request.body, allowed);
      return await reply.code(201).send(presentPushSubscription(row));
    },
  );

  app.delete(
    "/me/push-subscriptions/:subscriptionId",
    {
      schema: {
        operationId: "unsubscribeFromPush",
        summary: "Get no more pushes in a browser",
        tags: ["Notifications"],
        params: PushSubscriptionParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      const { accountId, id: memberId } = memberOf(request);
      await unsubscribeFromPush(deps, { accountId, memberId }, request.params.subscriptionId);
      return await reply.code(204).send();
    },
  );
}
