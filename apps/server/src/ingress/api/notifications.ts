import { NotificationPage, PageQuery } from "@punctual/contract";
import { readNotifications } from "../../store/read-notifications.ts";
import { presentNotification } from "../../views/notification.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerNotifications(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/notifications",
    {
      schema: {
        operationId: "listNotifications",
        summary: "Your own notifications, newest first",
        tags: ["Members"],
        querystring: PageQuery,
        response: { 200: NotificationPage, default: problems },
      },
    },
    async (request) => {
      const { accountId, id } = memberOf(request);
      const { cursor, limit } = request.query;
      const page = await deps.db.readAs(accountId, (read) =>
        readNotifications(read, accountId, id, { cursor, limit }),
      );
      return { notifications: page.items.map(presentNotification), nextCursor: page.next };
    },
  );
}
