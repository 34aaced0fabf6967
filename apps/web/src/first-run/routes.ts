import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { rootRoute, signedInRoute } from "../app/root-routes.ts";

const withToken = (search: Record<string, unknown>): { token: string } => ({
  token: typeof search.token === "string" ? search.token : "",
});

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/setup",
  validateSearch: withToken,
  component: lazyRouteComponent(() => import("./setup-page.tsx"), "SetupPage"),
});

const invitationRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/invitation",
  validateSearch: withToken,
  component: lazyRouteComponent(() => import("./password-page.tsx"), "InvitationPage"),
});

const resetPasswordRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/reset-password",
  validateSearch: withToken,
  component: lazyRouteComponent(() => import("./password-page.tsx"), "ResetPasswordPage"),
});

const welcomeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/welcome",
  component: lazyRouteComponent(() => import("./welcome-page.tsx"), "WelcomePage"),
});

/** Links that lead in, for people without a login. */
export const linkRoutes = [setupRoute, invitationRoute, resetPasswordRoute];
export const welcomeRoutes = [welcomeRoute];
