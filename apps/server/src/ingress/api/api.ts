import { ProblemDocument } from "@punctual/contract";
import type { FastifyInstance } from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { AnyChannel, Deps, MemberIdentity } from "../../actions/deps.ts";
import type { Auth } from "../auth/auth.ts";
import { registerAuthentication } from "../auth/authenticate.ts";
import { registerAccount } from "./account.ts";
import { registerAlertPreferences } from "./alert-preferences.ts";
import { registerAssignmentRules } from "./assignment-rules.ts";
import { registerAuditLog } from "./audit-log.ts";
import { registerBusinessHours } from "./business-hours.ts";
import { registerCategories } from "./categories.ts";
import { registerChannels } from "./channels.ts";
import { registerClockOverrides } from "./clock-overrides.ts";
import { registerClockPreviews } from "./clock-previews.ts";
import { registerClockSettings } from "./clock-settings.ts";
import { registerContacts } from "./contacts.ts";
import { registerDryRun } from "./dry-run.ts";
import { registerLogins } from "./logins.ts";
import { registerMe } from "./me.ts";
import { registerMedia } from "./media.ts";
import { registerMembers } from "./members.ts";
import { registerMessages } from "./messages.ts";
import { registerNotes } from "./notes.ts";
import { registerNotifications } from "./notifications.ts";
import { registerPresenceSettings } from "./presence-settings.ts";
import { registerPushSubscriptions } from "./push-subscriptions.ts";
import { registerQueue } from "./queue.ts";
import { registerQuickReplies } from "./quick-replies.ts";
import { registerRuleOrder } from "./rule-order.ts";
import { registerSavedViews } from "./saved-views.ts";
import { registerSessionActs } from "./session-acts.ts";
import { registerSessionCounts } from "./session-counts.ts";
import { registerSessionPeople } from "./session-people.ts";
import { registerSessionReads } from "./session-reads.ts";
import { registerSessionTags } from "./session-tags.ts";
import { registerSessions } from "./sessions.ts";
import { registerSettingsFile } from "./settings-file.ts";
import { registerSetup } from "./setup.ts";
import { registerTags } from "./tags.ts";
import { registerTeams } from "./teams.ts";
import { registerTemplates } from "./templates.ts";
import { registerTimeline } from "./timeline.ts";
import { registerTokens } from "./tokens.ts";
import { registerWall } from "./wall.ts";

/** What the routes work with. */
export interface ApiContext {
  readonly deps: Deps;
  readonly config: { readonly publicUrl: string; readonly push: PushDoor };
  readonly auth: Auth;
  /** The implementation of a kind of channel. */
  readonly channelOf: (kind: string) => AnyChannel | undefined;
  /** How providers are reached. */
  readonly fetch: typeof globalThis.fetch;
  /** A member changed something at their screen. */
  readonly onActivity: (member: MemberIdentity) => void;
}

/** What browsers are told, and which push services they may name. */
export interface PushDoor {
  readonly publicKey: string;
  readonly allowed: readonly string[];
}

/** The app as routes see it: their schemas give the types of what comes in and goes out. */
export type ApiServer = ReturnType<typeof withSchemas>;

/** Mounts every route of `/api/v1`: a file per noun. */
export async function registerApi(
  app: FastifyInstance,
  given: Omit<ApiContext, "fetch">,
): Promise<void> {
  const context: ApiContext = { ...given, fetch: globalThis.fetch };
  await app.register(
    async (scope) => {
      registerAuthentication(scope, {
        auth: context.auth,
        publicUrl: context.config.publicUrl,
        onActivity: context.onActivity,
      });
      const api = withSchemas(scope);
      for (const register of NOUNS) register(api, context);
    },
    { prefix: "/api/v1" },
  );
}

const NOUNS = [
  registerSetup,
  registerMe,
  registerAccount,
  registerSessions,
  registerSessionCounts,
  registerWall,
  registerQueue,
  registerSessionActs,
  registerSessionPeople,
  registerSessionReads,
  registerSessionTags,
  registerMessages,
  registerMedia,
  registerNotes,
  registerTimeline,
  registerNotifications,
  registerAlertPreferences,
  registerPushSubscriptions,
  registerClockSettings,
  registerClockPreviews,
  registerClockOverrides,
  registerSettingsFile,
  registerAssignmentRules,
  registerRuleOrder,
  registerDryRun,
  registerBusinessHours,
  registerPresenceSettings,
  registerChannels,
  registerTemplates,
  registerMembers,
  registerLogins,
  registerContacts,
  registerTags,
  registerQuickReplies,
  registerSavedViews,
  registerCategories,
  registerTeams,
  registerTokens,
  registerAuditLog,
];

function withSchemas(app: FastifyInstance) {
  return app.withTypeProvider<ZodTypeProvider>();
}

/** The answer of every route that goes wrong, for the OpenAPI document. */
export const problems = {
  description: "A problem document",
  content: { "application/problem+json": { schema: ProblemDocument } },
};
