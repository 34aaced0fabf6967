import { AssigneeBody, CloseBody, SnoozeBody, TransferBody } from "@punctual/contract";
import {
  assignSession,
  markNoReplyNeeded,
  reopenSession,
  retryParked,
  snoozeSession,
  takeSession,
} from "../../actions/act-on-session.ts";
import { closeSession } from "../../actions/close-session.ts";
import { transferSession } from "../../actions/transfer-session.ts";
import { memberOf } from "../auth/authenticate.ts";
import { about } from "./about-session.ts";
import { actOnSession, authorizeAct, requireMember } from "./act.ts";
import type { ApiContext, ApiServer } from "./api.ts";
import { optionalBody } from "./optional-body.ts";

/** What people do to a session, each answered with the session as it is afterwards. */
export function registerSessionActs(app: ApiServer, { deps }: ApiContext): void {
  registerPlainActs(app, deps);

  app.post(
    "/sessions/:sessionId/assignee",
    {
      schema: {
        ...about("assignSession", "Assign, or unassign with null"),
        body: AssigneeBody,
      },
    },
    async (request) => {
      const member = memberOf(request);
      const { memberId: to } = request.body;
      if (to !== null) await requireMember(deps, member.accountId, to);
      return await actOnSession(deps, member, request.params.sessionId, "assign", (on) =>
        assignSession(deps, { ...on, to }),
      );
    },
  );

  app.post(
    "/sessions/:sessionId/transfer",
    {
      schema: {
        ...about("transferSession", "Transfer to a member, a team or the queue, with a note"),
        body: TransferBody,
      },
    },
    async (request) => {
      const { to, note } = request.body;
      const member = memberOf(request);
      const { sessionId } = request.params;
      await authorizeAct(deps, member, sessionId, "assign");
      if ("member" in to) await requireMember(deps, member.accountId, to.member);
      return await actOnSession(deps, member, sessionId, "assign", (on) =>
        transferSession(deps, { ...on, to, note }),
      );
    },
  );

  app.post(
    "/sessions/:sessionId/close",
    {
      schema: { ...about("closeSession", "Close the session"), body: CloseBody },
      preValidation: optionalBody,
    },
    async (request) => {
      const { body } = request;
      const member = memberOf(request);
      return await actOnSession(deps, member, request.params.sessionId, "close", (on) =>
        closeSession(deps, { ...body, ...on }),
      );
    },
  );

  app.post(
    "/sessions/:sessionId/snooze",
    { schema: { ...about("snoozeSession", "Snooze, or wake with null"), body: SnoozeBody } },
    async (request) => {
      const until = request.body.until === null ? null : Date.parse(request.body.until);
      const member = memberOf(request);
      return await actOnSession(deps, member, request.params.sessionId, "snooze", (on) =>
        snoozeSession(deps, { ...on, until }),
      );
    },
  );
}

/** Acts that need no body. */
const PLAIN_ACTS = [
  ["take", "take", takeSession, "Take an unassigned session"],
  ["no-reply-needed", "markNoReplyNeeded", markNoReplyNeeded, "End the wait without a reply"],
  ["reopen", "reopen", reopenSession, "Reopen the contact's latest session"],
  ["retry", "retryParked", retryParked, "Decide a parked session again (admins)"],
] as const;

function registerPlainActs(app: ApiServer, deps: ApiContext["deps"]): void {
  for (const [path, act, work, summary] of PLAIN_ACTS) {
    app.post(
      `/sessions/:sessionId/${path}`,
      { schema: about(`${act}Session`, summary) },
      async (request) =>
        await actOnSession(deps, memberOf(request), request.params.sessionId, act, (on) =>
          work(deps, on),
        ),
    );
  }
}
