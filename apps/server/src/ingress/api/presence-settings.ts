import { PresenceSettings } from "@punctual/contract";
import { savePresenceSettings } from "../../actions/save-presence-settings.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readPresenceSettings } from "../../store/presence-settings.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerPresenceSettings(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/presence-settings",
    {
      schema: {
        ...about("getPresenceSettings", "What happens when members are idle or go offline"),
        response: { 200: PresenceSettings, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readSettings");
      return await deps.db.readAs(accountId, (read) => readPresenceSettings(read, accountId));
    },
  );

  app.put(
    "/presence-settings",
    {
      schema: {
        ...about("savePresenceSettings", "Say what happens when members are idle or go offline"),
        description:
          "A member is active when their client says so over the live connection, or when they change something while logged in. A status they chose is never overridden.",
        body: PresenceSettings,
        response: { 200: PresenceSettings, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeSettings");
      await savePresenceSettings(deps, authorOf(request), request.body);
      return request.body;
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Settings"] };
}
