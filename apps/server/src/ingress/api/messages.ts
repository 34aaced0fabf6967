import {
  Message,
  MessagePage,
  PageQuery,
  PunctualError,
  SendMessageBody,
  SessionParams,
} from "@punctual/contract";
import { z } from "zod";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { type Answer, doOnce } from "../../actions/idempotency.ts";
import { sendReply } from "../../actions/send-reply.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readMessage, readMessages } from "../../store/read-messages.ts";
import { readSessionAccess } from "../../store/read-sessions.ts";
import { presentMessage } from "../../views/message.ts";
import { memberOf } from "../auth/authenticate.ts";
import { authorizeAct } from "./act.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

const MessagesQuery = PageQuery.extend({ order: z.enum(["oldest", "newest"]).default("oldest") });

const SendHeaders = z.object({
  "idempotency-key": z
    .string()
    .optional()
    .describe("The same key with the same body is done once and answered alike for 24 hours."),
});

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
        summary: "Write to the customer, or leave a note",
        tags: ["Sessions"],
        params: SessionParams,
        headers: SendHeaders,
        body: SendMessageBody,
        response: { 201: Message, default: problems },
      },
    },
    async (request, reply) => {
      const member = memberOf(request);
      const { sessionId } = request.params;
      await authorizeAct(deps, member, sessionId, "sendMessage");
      const key = request.headers["idempotency-key"];
      const message = await send(deps, member, sessionId, request.body, key);
      return await reply.code(201).send(message);
    },
  );
}

function pageOf(query: z.infer<typeof MessagesQuery>) {
  return { order: query.order, cursor: query.cursor, limit: query.limit };
}

async function send(
  deps: Deps,
  member: MemberIdentity,
  sessionId: string,
  body: SendMessageBody,
  key: string | undefined,
): Promise<Message> {
  const { accountId, id: memberId } = member;
  const work = async (messageId?: string): Promise<Answer> => {
    const reply = { accountId, sessionId, by: member, body, messageId };
    const sent = await sendReply(deps, reply);
    const answer = await recall(deps, accountId, sent.messageId);
    if (answer === null) throw new Error("a committed message is not there");
    return answer;
  };
  const answer =
    key === undefined
      ? await work()
      : await doOnce(deps, {
          accountId,
          memberId,
          key,
          request: [sessionId, body],
          work,
          recall: (messageId) => recall(deps, accountId, messageId),
        });
  return Message.parse(answer.body);
}

async function recall(deps: Deps, accountId: string, messageId: string): Promise<Answer | null> {
  const row = await deps.db.readAs(accountId, (read) => readMessage(read, accountId, messageId));
  return row === null ? null : { status: 201, body: presentMessage(row) };
}
