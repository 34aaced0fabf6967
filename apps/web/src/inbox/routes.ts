import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { signedInRoute } from "../app/root-routes.ts";

const inboxRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/inbox/$view",
  component: lazyRouteComponent(() => import("./inbox-page.tsx"), "InboxPage"),
});

const threadRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: "/$sessionId",
  component: lazyRouteComponent(() => import("../thread/thread-page.tsx"), "ThreadPage"),
});

export const inboxRoutes = [inboxRoute.addChildren([threadRoute])];
