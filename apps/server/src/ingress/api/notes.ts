import {
  Message,
  MessageParams,
  NoteBody,
  PunctualError,
  SessionParams,
  WriteHeaders,
} from "@punctual/contract";
import { z } from "zod";
import { changeNote, leaveNote, removeNote } from "../../actions/leave-note.ts";
import { readMessage } from "../../store/read-messages.ts";
import { presentMessage } from "../../views/message.ts";
import { memberOf } from "../auth/authenticate.ts";
import { authorizeAct } from "./act.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { writeOnce } from "./write-once.ts";

/** Notes for colleagues, which never reach the customer. */
export function registerNotes(app: ApiServer, { deps }: ApiContext): void {
  app.post(
    "/sessions/:sessionId/notes",
    {
      schema: {
        ...about("leaveNote", "Leave a note for colleagues, and mention some"),
        params: SessionParams,
        headers: WriteHeaders,
        body: NoteBody,
        response: { 201: Message, default: problems },
      },
    },
    async (request, reply) => {
      const by = memberOf(request);
      const { accountId } = by;
      const { sessionId } = request.params;
      await authorizeAct(deps, by, sessionId, "writeNote");
      const once = {
        key: request.headers["idempotency-key"],
        request: ["note", sessionId, request.body],
      };
      const note = await writeOnce(deps, by, once, (messageId) =>
        leaveNote(deps, { accountId, sessionId, by, messageId, ...request.body }),
      );
      return await reply.code(201).send(note);
    },
  );

  app.patch(
    "/sessions/:sessionId/notes/:messageId",
    {
      schema: {
        ...about("changeNote", "Write your own note anew"),
        params: MessageParams,
        body: NoteBody,
        response: { 200: Message, default: problems },
      },
    },
    async (request) => {
      const by = memberOf(request);
      const { accountId } = by;
      const { sessionId, messageId } = request.params;
      await authorizeAct(deps, by, sessionId, "writeNote");
      await changeNote(deps, { accountId, sessionId, messageId, by, ...request.body });
      const row = await deps.db.readAs(accountId, (read) =>
        readMessage(read, accountId, messageId),
      );
      if (row === null) throw new PunctualError("note_not_found");
      return presentMessage(row);
    },
  );

  app.delete(
    "/sessions/:sessionId/notes/:messageId",
    {
      schema: {
        ...about("deleteNote", "Delete your own note"),
        params: MessageParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      const by = memberOf(request);
      const { sessionId, messageId } = request.params;
      await authorizeAct(deps, by, sessionId, "writeNote");
      await removeNote(deps, { accountId: by.accountId, sessionId, messageId, by });
      return await reply.code(204).send();
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Sessions"] };
}
