import { AlertPreferences, MyAlertPreferences } from "@punctual/contract";
import { saveAlertPreferences } from "../../actions/alert-preferences.ts";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { readAlertPreferences } from "../../store/alert-preferences.ts";
import { presentAlertPreferences } from "../../views/alert-preferences.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** What reaches a member, by which ways, and when not. Personal: the audit log has none of it. */
export function registerAlertPreferences(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/me/notification-preferences",
    {
      schema: {
        operationId: "getNotificationPreferences",
        summary: "Which notifications also come as pushes and e-mails, and your quiet hours",
        tags: ["Notifications"],
        response: { 200: MyAlertPreferences, default: problems },
      },
    },
    async (request) => await loadPreferences(deps, memberOf(request)),
  );

  app.put(
    "/me/notification-preferences",
    {
      schema: {
        operationId: "saveNotificationPreferences",
        summary: "Choose which notifications also come as pushes and e-mails, and quiet hours",
        tags: ["Notifications"],
        body: AlertPreferences,
        response: { 200: MyAlertPreferences, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const reader = { accountId: member.accountId, memberId: member.id };
      await saveAlertPreferences(deps, reader, request.body);
      return await loadPreferences(deps, member);
    },
  );
}

async function loadPreferences({ db }: Deps, { accountId, id, role }: MemberIdentity) {
  const stored = await db.readAs(accountId, (read) =>
    readAlertPreferences(read, { accountId, memberId: id }),
  );
  return presentAlertPreferences(stored, role);
}
