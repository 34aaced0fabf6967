import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedInRoute } from "../app/root-routes.ts";

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

export const settingsRoutes = [settingsRoute.addChildren([indexRoute, otherSettingsRoute])];
