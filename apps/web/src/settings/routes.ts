import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedInRoute } from "../app/root-routes.ts";
import { auditFiltersOf } from "./audit-log/audit-filters.data.ts";

const settingsRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./settings-frame.tsx"), "SettingsFrame"),
});

const indexRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./settings-frame.tsx"), "SettingsIndex"),
});

const otherSettingsRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/omni-chat/other-settings",
  /** Which channel's own settings are shown; none: those of all channels. */
  validateSearch: ({ channel }: Record<string, unknown>): { channel?: string } =>
    typeof channel === "string" ? { channel } : {},
  component: lazyRouteComponent(
    () => import("./other-settings/other-settings-page.tsx"),
    "OtherSettingsPage",
  ),
});

const auditLogRoute = createRoute({
  getParentRoute: () => settingsRoute,
  path: "/audit-log",
  validateSearch: auditFiltersOf,
  component: lazyRouteComponent(() => import("./audit-log/audit-log-page.tsx"), "AuditLogPage"),
});

/** Pages that are told nothing by their address. */
const PAGES = {
  "/assignment-rules": lazyRouteComponent(() => import("./rules/rules-page.tsx"), "RulesPage"),
  "/business-hours": lazyRouteComponent(() => import("./hours/hours-page.tsx"), "HoursPage"),
  "/presence": lazyRouteComponent(() => import("./hours/presence-page.tsx"), "PresencePage"),
  "/quick-replies": lazyRouteComponent(
    () => import("./catalogue/quick-replies-page.tsx"),
    "QuickRepliesPage",
  ),
  "/tags": lazyRouteComponent(() => import("./catalogue/tags-page.tsx"), "TagsPage"),
  "/business": lazyRouteComponent(() => import("./account/business-page.tsx"), "BusinessPage"),
  "/channels": lazyRouteComponent(() => import("./channels/channels-page.tsx"), "ChannelsPage"),
  "/members": lazyRouteComponent(() => import("./team/members-page.tsx"), "MembersPage"),
  "/teams": lazyRouteComponent(() => import("./team/teams-page.tsx"), "TeamsPage"),
  "/notifications": lazyRouteComponent(() => import("./account/alerts-page.tsx"), "AlertsPage"),
  "/security": lazyRouteComponent(() => import("./security/security-page.tsx"), "SecurityPage"),
  "/api-tokens": lazyRouteComponent(() => import("./account/tokens-page.tsx"), "TokensPage"),
};

const pageRoutes = Object.entries(PAGES).map(([path, component]) =>
  createRoute({ getParentRoute: () => settingsRoute, path, component }),
);

export const settingsRoutes = [
  settingsRoute.addChildren([indexRoute, otherSettingsRoute, auditLogRoute, ...pageRoutes]),
];
