import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute } from "../app/root-routes.ts";

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: (search: Record<string, unknown>): { next?: string } => ({
    ...(isOwnPath(search.next) ? { next: search.next } : {}),
  }),
  component: lazyRouteComponent(() => import("./login-page.tsx"), "LoginPage"),
});

export const loginRoutes = [loginRoute];

/** A path of this site; an address of another one is nowhere to be sent to after the login. */
function isOwnPath(next: unknown): next is string {
  return typeof next === "string" && /^\/(?![/\\])/.test(next);
}
