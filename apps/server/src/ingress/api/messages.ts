import {
  Message,
  MessagePage,
  PageQuery,
  PunctualError,
  SendMessageBody,
  SessionParams,
} from "@punctual/contract";
import { z } from "zod";
import { sendReply } from "../../actions/send-reply.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readMessages } from "../../store/read-messages.ts";
import { readSessionAccess } from "../../store/session-access.ts";
import { presentMessage } from "../../views/message.ts";
import { memberOf } from "../auth/authenticate.ts";
import { authorizeAct } from "./act.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { WriteHeaders, writeOnce } from "./write-once.ts";

const MessagesQuery = PageQuery.extend({ order: z.enum(["oldest", "newest"]).default("oldest") });

export function registerMessages(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/sessions/:sessionId/messages",
    {
      schema: {
        operationId: "listMessages",
        summary: "A session's messages, with how far each got",
        tags: ["Sessions"],
        params: SessionParams,
        querystring: MessagesQuery,
        response: { 200: MessagePage, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const { accountId } = member;
      authorize(member, "readSessions");
      const { sessionId } = request.params;
      const page = await deps.db.readAs(accountId, async (read) => {
        const session = await readSessionAccess(read, member, sessionId);
        if (session === null) throw new PunctualError("session_not_found");
        return await readMessages(read, { accountId, sessionId, ...pageOf(request.query) });
      });
      return { messages: page.items.map(presentMessage), nextCursor: page.next };
    },
  );

  app.post(
    "/sessions/:sessionId/messages",
    {
      schema: {
        operationId: "sendMessage",
        summary: "Write to the customer",
        tags: ["Sessions"],
        params: SessionParams,
        headers: WriteHeaders,
        body: SendMessageBody,
        response: { 201: Message, default: problems },
      },
    },
    async (request, reply) => {
      const member = memberOf(request);
      const { sessionId } = request.params;
      await authorizeAct(deps, member, sessionId, "sendMessage");
      const { accountId } = member;
      const { body } = request;
      const once = { key: request.headers["idempotency-key"], request: [sessionId, body] };
      const message = await writeOnce(deps, member, once, (messageId) =>
        sendReply(deps, { accountId, sessionId, by: member, body, messageId }),
      );
      return await reply.code(201).send(message);
    },
  );
}

function pageOf(query: z.infer<typeof MessagesQuery>) {
  return { order: query.order, cursor: query.cursor, limit: query.limit };
}
