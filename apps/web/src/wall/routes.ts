import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedInRoute } from "../app/root-routes.ts";

const wallRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/wall",
  component: lazyRouteComponent(() => import("./wall-page.tsx"), "WallPage"),
});

export const wallRoutes = [wallRoute];
