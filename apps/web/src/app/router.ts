/** All routes, from each feature's own `routes.ts`. Pages are loaded when somebody goes there. */
import { createRoute, createRouter, redirect } from "@tanstack/react-router";
import { linkRoutes, welcomeRoutes } from "../first-run/routes.ts";
import { inboxRoutes } from "../inbox/routes.ts";
import { loginRoutes } from "../login/routes.ts";
import { settingsRoutes } from "../settings/routes.ts";
import { wallRoutes } from "../wall/routes.ts";
import { rootRoute, signedInRoute } from "./root-routes.ts";

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/inbox/$view", params: { view: "mine" } });
  },
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  ...loginRoutes,
  ...linkRoutes,
  signedInRoute.addChildren([...inboxRoutes, ...wallRoutes, ...settingsRoutes, ...welcomeRoutes]),
]);

export const router = createRouter({ routeTree, defaultPreload: "intent" });

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
