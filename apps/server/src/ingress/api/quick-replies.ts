import {
  QuickReplies,
  QuickReply,
  QuickReplyBody,
  QuickReplyParams,
  QuickReplyPatch,
} from "@punctual/contract";
import { z } from "zod";
import {
  changeQuickReply,
  createQuickReply,
  removeQuickReply,
} from "../../actions/save-quick-reply.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readQuickReplies } from "../../store/quick-replies.ts";
import { presentQuickReply } from "../../views/quick-reply.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerQuickReplies(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/quick-replies",
    {
      schema: {
        ...about("listQuickReplies", "Texts that agents send often"),
        response: { 200: QuickReplies, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readQuickReplies");
      const rows = await deps.db.readAs(accountId, (read) => readQuickReplies(read, accountId));
      return { quickReplies: rows.map(presentQuickReply) };
    },
  );

  app.post(
    "/quick-replies",
    {
      schema: {
        ...about("createQuickReply", "Add a quick reply"),
        body: QuickReplyBody,
        response: { 201: QuickReply, default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeQuickReplies");
      const created = await createQuickReply(deps, authorOf(request), request.body);
      return await reply.code(201).send(created);
    },
  );

  app.patch(
    "/quick-replies/:quickReplyId",
    {
      schema: {
        ...about("changeQuickReply", "Change a quick reply's shortcut or text"),
        params: QuickReplyParams,
        body: QuickReplyPatch,
        response: { 200: QuickReply, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeQuickReplies");
      const { quickReplyId } = request.params;
      return await changeQuickReply(deps, authorOf(request), quickReplyId, request.body);
    },
  );

  app.delete(
    "/quick-replies/:quickReplyId",
    {
      schema: {
        ...about("deleteQuickReply", "Delete a quick reply"),
        params: QuickReplyParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeQuickReplies");
      await removeQuickReply(deps, authorOf(request), request.params.quickReplyId);
      return await reply.code(204).send();
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Quick replies"] };
}
