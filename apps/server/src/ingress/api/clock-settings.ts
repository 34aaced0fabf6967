import { ClockSettingsView, SaveClockSettingsBody } from "@punctual/contract";
import { saveClockSettings } from "../../actions/save-settings.ts";
import { authorize } from "../../permissions/authorize.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { loadClockSettings } from "./load-clock-settings.ts";

export function registerClockSettings(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/settings/clock",
    {
      schema: {
        ...about("getClockSettings", "The clock's settings of the business"),
        response: { 200: ClockSettingsView, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "readSettings");
      return await loadClockSettings(deps, member.accountId);
    },
  );

  app.put(
    "/settings/clock",
    {
      schema: {
        ...about("saveClockSettings", "Save the clock's settings as a new version"),
        body: SaveClockSettingsBody,
        response: { 200: ClockSettingsView, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "changeSettings");
      const { accountId, by } = authorOf(request);
      const { applyTo, ifVersion, ...settings } = request.body;
      const save = { accountId, by, channelId: null, settings, applyTo, ifVersion };
      await saveClockSettings(deps, save);
      return await loadClockSettings(deps, accountId);
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Settings"] };
}
