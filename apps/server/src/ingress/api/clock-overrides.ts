import { ChannelParams, ClockOverrideView, SaveClockOverrideBody } from "@punctual/contract";
import { saveClockSettings } from "../../actions/save-settings.ts";
import { authorize } from "../../permissions/authorize.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { loadClockOverride } from "./load-clock-settings.ts";

/** A channel's own settings, laid over the business's. */
export function registerClockOverrides(app: ApiServer, { deps }: ApiContext): void {
  const url = "/channels/:channelId/settings/clock";

  app.get(
    url,
    {
      schema: {
        ...about("getClockOverride", "A channel's override; null keeps the business's setting"),
        params: ChannelParams,
        response: { 200: ClockOverrideView, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "readSettings");
      return await loadClockOverride(deps, member.accountId, request.params.channelId);
    },
  );

  app.put(
    url,
    {
      schema: {
        ...about("saveClockOverride", "Save a channel's override as a new version"),
        params: ChannelParams,
        body: SaveClockOverrideBody,
        response: { 200: ClockOverrideView, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "changeSettings");
      const { accountId, by } = authorOf(request);
      const { channelId } = request.params;
      const { applyTo, ifVersion, ...settings } = request.body;
      await saveClockSettings(deps, { accountId, channelId, settings, applyTo, by, ifVersion });
      return await loadClockOverride(deps, accountId, channelId);
    },
  );

  app.delete(
    url,
    {
      schema: {
        ...about("deleteClockOverride", "End a channel's override: a new version without one"),
        params: ChannelParams,
        response: { 200: ClockOverrideView, default: problems },
      },
    },
    async (request) => {
      const member = memberOf(request);
      authorize(member, "changeSettings");
      const { accountId, by } = authorOf(request);
      const { channelId } = request.params;
      const settings = { closure: null, reassign: null, reply: null };
      await saveClockSettings(deps, { accountId, channelId, settings, applyTo: "all", by });
      return await loadClockOverride(deps, accountId, channelId);
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Settings"] };
}
