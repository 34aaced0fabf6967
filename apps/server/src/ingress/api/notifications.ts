import {
  NotificationPage,
  NotificationParams,
  NotificationQuery,
  ReadNotificationsBody,
  Unread,
} from "@punctual/contract";
import type { Deps, MemberIdentity } from "../../actions/deps.ts";
import { readAllNotifications, readOneNotification } from "../../actions/mark-notifications.ts";
import { countUnread, readNotifications } from "../../store/read-notifications.ts";
import { presentNotification } from "../../views/notification.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { optionalBody } from "./optional-body.ts";

/** A member's own notification centre. */
export function registerNotifications(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/notifications",
    {
      schema: {
        operationId: "listNotifications",
        summary: "Your own notifications of the last 30 days, newest first",
        tags: ["Notifications"],
        querystring: NotificationQuery,
        response: { 200: NotificationPage, default: problems },
      },
    },
    async (request) => {
      const { accountId, id } = memberOf(request);
      const { page, unread } = await deps.db.readAs(accountId, async (read) => ({
        page: await readNotifications(read, { accountId, memberId: id }, request.query),
        unread: await countUnread(read, { accountId, memberId: id }),
      }));
      const notifications = page.items.map(presentNotification);
      return { notifications, nextCursor: page.next, unread };
    },
  );

  app.post(
    "/notifications/read",
    {
      schema: {
        operationId: "readAllNotifications",
        summary: "Mark all your notifications as read, or those that you saw",
        tags: ["Notifications"],
        body: ReadNotificationsBody,
        response: { 200: Unread, default: problems },
      },
      preValidation: optionalBody,
    },
    async (request) => {
      const member = memberOf(request);
      const reader = { accountId: member.accountId, memberId: member.id };
      await readAllNotifications(deps, reader, request.body.throughId);
      return await loadUnread(deps, member);
    },
  );

  app.post(
    "/notifications/:notificationId/read",
    {
      schema: {
        operationId: "readNotification",
        summary: "Mark one of your notifications as read",
        tags: ["Notifications"],
        params: NotificationParams,
        response: { 200: Unread, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      const reader = { accountId: member.accountId, memberId: member.id };
      await readOneNotification(deps, reader, request.params.notificationId);
      return await loadUnread(deps, member);
    },
  );
}

async function loadUnread({ db }: Deps, { accountId, id }: MemberIdentity) {
  const reader = { accountId, memberId: id };
  return { unread: await db.readAs(accountId, (read) => countUnread(read, reader)) };
}
