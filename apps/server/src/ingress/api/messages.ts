import {
  Message,
  MessagePage,
  MessageParams,
  MessagesQuery,
  PunctualError,
  SendMessageBody,
  SessionParams,
  SettleMessageBody,
  WriteHeaders,
} from "@punctual/contract";
import type { Deps } from "../../actions/deps.ts";
import { resendMessage, sendReply } from "../../actions/send-reply.ts";
import { settleUnknownSend } from "../../actions/settle-unknown-send.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readMessage, readMessages } from "../../store/read-messages.ts";
import { readSessionAccess } from "../../store/session-access.ts";
import { presentMessage } from "../../views/message.ts";
import { memberOf } from "../auth/authenticate.ts";
import { authorizeAct } from "./act.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { writeOnce } from "./write-once.ts";

export function registerMessages(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/sessions/:sessionId/messages",
    {
      schema: {
        ...about("listMessages", "A session's messages, with how far each got"),
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
        ...about("sendMessage", "Write to the customer"),
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

  registerSettling(app, deps);
}

/** What a person does about a message that did not arrive, or of which nobody knows. */
function registerSettling(app: ApiServer, deps: Deps): void {
  app.post(
    "/sessions/:sessionId/messages/:messageId/resend",
    {
      schema: {
        ...about("resendMessage", "Send a refused message once more, as a new one"),
        params: MessageParams,
        headers: WriteHeaders,
        response: { 201: Message, default: problems },
      },
    },
    async (request, reply) => {
      const by = memberOf(request);
      const { accountId } = by;
      const { sessionId, messageId: failedId } = request.params;
      await authorizeAct(deps, by, sessionId, "sendMessage");
      const once = {
        key: request.headers["idempotency-key"],
        request: ["resend", sessionId, failedId],
      };
      const message = await writeOnce(deps, by, once, (messageId) =>
        resendMessage(deps, { accountId, sessionId, by, failedId, messageId }),
      );
      return await reply.code(201).send(message);
    },
  );

  app.post(
    "/sessions/:sessionId/messages/:messageId/settle",
    {
      schema: {
        ...about("settleMessage", "Say whether a message arrived of which nobody knew"),
        params: MessageParams,
        body: SettleMessageBody,
        response: { 200: Message, default: problems },
      },
    },
    async (request) => {
      const by = memberOf(request);
      const { accountId } = by;
      const { sessionId, messageId } = request.params;
      await authorizeAct(deps, by, sessionId, "sendMessage");
      const arrived = request.body.as === "delivered";
      await settleUnknownSend(deps, { accountId, sessionId, messageId, by, arrived });
      const row = await deps.db.readAs(accountId, (read) =>
        readMessage(read, accountId, messageId),
      );
      if (row === null) throw new PunctualError("message_not_found");
      return presentMessage(row);
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Sessions"] };
}

function pageOf(query: MessagesQuery) {
  return { order: query.order, cursor: query.cursor, limit: query.limit };
}
