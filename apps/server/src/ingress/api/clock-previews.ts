import {
  type ClockOverride,
  type ClockSettings,
  ClockSettingsVersions,
  ClockSettingsVersionsQuery,
  PreviewClockSettingsBody,
  PunctualError,
  SettingsPreview,
} from "@punctual/contract";
import { previewClockSettings } from "../../actions/save-settings.ts";
import { authorize } from "../../permissions/authorize.ts";
import { listClockSettingsVersions } from "../../store/read-clock-settings.ts";
import { presentSettingsVersion } from "../../views/clock-settings.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";
import { hintsFor } from "./load-clock-settings.ts";

/** What a save would do, and what earlier saves were. */
export function registerClockPreviews(app: ApiServer, { deps }: ApiContext): void {
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
        querystring: ClockSettingsVersionsQuery,
        response: { 200: ClockSettingsVersions, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readSettings");
      const { channelId = null, ...asked } = request.query;
      const { items, next } = await deps.db.readAs(accountId, (read) =>
        listClockSettingsVersions(read, { accountId, channelId }, asked),
      );
      return { versions: items.map(presentSettingsVersion), nextCursor: next };
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
