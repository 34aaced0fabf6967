/** The two trunks that every feature's routes hang on: everybody's pages, and those behind the login. */
import { createRootRoute, createRoute, redirect } from "@tanstack/react-router";
import { ApiProblem } from "../api/http.ts";
import { meQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { NotFoundPage } from "./not-found-page.tsx";
import { RouteError } from "./route-error.tsx";
import { SignedIn } from "./signed-in.tsx";

export const rootRoute = createRootRoute({
  notFoundComponent: NotFoundPage,
  errorComponent: RouteError,
});

/** Behind the login. Who isn't logged in comes back here afterwards. */
export const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  beforeLoad: async ({ location }) => {
    try {
      return { me: await queryClient.ensureQueryData(meQuery) };
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) {
        throw redirect({ to: "/login", search: { next: location.href } });
      }
      throw error;
    }
  },
  component: SignedIn,
});
