import {
  ChannelParams,
  type ClockOverride,
  ClockOverrideView,
  type ClockSettings,
  ClockSettingsVersions,
  ClockSettingsView,
  PreviewClockSettingsBody,
  PunctualError,
  SaveClockOverrideBody,
  SaveClockSettingsBody,
  SettingsPreview,
  SettingsScopeQuery,
} from "@punctual/contract";
import { previewClockSettings, saveClockSettings } from "../../actions/save-settings.ts";
import { authorize } from "../../permissions/authorize.ts";
import { listClockSettingsVersions } from "../../store/read-clock-settings.ts";
import { presentSettingsVersion } from "../../views/clock-settings.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { hintsFor, loadClockOverride, loadClockSettings } from "./load-clock-settings.ts";

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
      const { accountId, id: by } = member;
      const { applyTo, ifVersion, ...settings } = request.body;
      const save = { accountId, channelId: null, settings, applyTo, by, ifVersion };
      await saveClockSettings(deps, save);
      return await loadClockSettings(deps, accountId);
    },
  );

  app.post(
    "/settings/clock/preview",
    {
      schema: {
        ...about("previewClockSettings", "What saving with `applyTo: all` would do at once"),
        body: PreviewClockSettingsBody,
        response: { 200: SettingsPreview, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "changeSettings");
      const { channelId, ...override } = request.body;
      const settings = channelId === null ? requireAll(override) : override;
      const preview = await previewClockSettings(deps, { accountId, channelId, settings });
      return { ...preview, hints: await hintsFor(deps, accountId, channelId, override) };
    },
  );

  app.get(
    "/settings/clock/versions",
    {
      schema: {
        ...about("listClockSettingsVersions", "Saved versions, newest first"),
        querystring: SettingsScopeQuery,
        response: { 200: ClockSettingsVersions, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readSettings");
      const channelId = request.query.channelId ?? null;
      const versions = await deps.db.readAs(accountId, (read) =>
        listClockSettingsVersions(read, accountId, channelId),
      );
      return { versions: versions.map(presentSettingsVersion) };
    },
  );

  registerOverrides(app, deps);
}

function registerOverrides(app: ApiServer, deps: ApiContext["deps"]): void {
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
      const { accountId, id: by } = member;
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
      const { accountId, id: by } = member;
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

/** Without a channel the preview is of the business's settings, which leave nothing out. */
function requireAll(given: ClockOverride): ClockSettings {
  const { closure, reassign, reply } = given;
  if (closure !== null && reassign !== null && reply !== null) return { closure, reassign, reply };
  const errors = (["closure", "reassign", "reply"] as const)
    .filter((name) => given[name] === null)
    .map((path) => ({ path, message: "Give it, or name a channel." }));
  throw new PunctualError("validation_failed", "Give all three settings.", { errors });
}
