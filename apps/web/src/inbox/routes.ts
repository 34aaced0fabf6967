import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { signedInRoute } from "../app/root-routes.ts";
import { parseViewSearch } from "./views.data.ts";

const inboxHomeRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/inbox",
  beforeLoad: () => {
    throw redirect({ to: "/inbox/$view", params: { view: "mine" } });
  },
});

const inboxRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/inbox/$view",
  validateSearch: parseViewSearch,
  component: lazyRouteComponent(() => import("./inbox-page.tsx"), "InboxPage"),
});

const threadRoute = createRoute({
  getParentRoute: () => inboxRoute,
  path: "/$sessionId",
  component: lazyRouteComponent(() => import("../thread/thread-page.tsx"), "ThreadPage"),
});

/** Where e-mails and pushes lead to: it stays, whatever becomes of the inbox's own addresses. */
const alertedRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/sessions/$sessionId",
  beforeLoad: ({ params: { sessionId } }) => {
    throw redirect({ to: "/inbox/$view/$sessionId", params: { view: "all", sessionId } });
  },
});

export const inboxRoutes = [inboxHomeRoute, inboxRoute.addChildren([threadRoute]), alertedRoute];
