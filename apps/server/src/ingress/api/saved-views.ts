import {
  SavedView,
  SavedViewBody,
  SavedViewOrderBody,
  SavedViewParams,
  SavedViewPatch,
  SavedViews,
} from "@punctual/contract";
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { changeView, createView, orderViews, removeView } from "../../actions/save-view.ts";
import type { MemberKey } from "../../store/presence.ts";
import { readSavedViews } from "../../store/saved-views.ts";
import { memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** A member's own views: theirs alone, and nobody else's business. */
export function registerSavedViews(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/saved-views",
    {
      schema: {
        ...about("listSavedViews", "Your own views of the inbox"),
        response: { 200: SavedViews, default: problems },
      },
    },
    async (request) => {
      const of = keyOf(request);
      return { views: await deps.db.readAs(of.accountId, (read) => readSavedViews(read, of)) };
    },
  );

  app.post(
    "/saved-views",
    {
      schema: {
        ...about("createSavedView", "Save a view"),
        body: SavedViewBody,
        response: { 201: SavedView, default: problems },
      },
    },
    async (request, reply) =>
      await reply.code(201).send(await createView(deps, keyOf(request), request.body)),
  );

  app.put(
    "/saved-views/order",
    {
      schema: {
        ...about("orderSavedViews", "Put your views in order"),
        body: SavedViewOrderBody,
        response: { 200: SavedViews, default: problems },
      },
    },
    async (request) => ({
      views: await orderViews(deps, keyOf(request), request.body.viewIds),
    }),
  );

  app.patch(
    "/saved-views/:viewId",
    {
      schema: {
        ...about("changeSavedView", "Change a view"),
        params: SavedViewParams,
        body: SavedViewPatch,
        response: { 200: SavedView, default: problems },
      },
    },
    async (request) => await changeView(deps, keyOf(request), request.params.viewId, request.body),
  );

  app.delete(
    "/saved-views/:viewId",
    {
      schema: {
        ...about("deleteSavedView", "Delete a view"),
        params: SavedViewParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      await removeView(deps, keyOf(request), request.params.viewId);
      return await reply.code(204).send();
    },
  );
}

function keyOf(request: FastifyRequest): MemberKey {
  const { accountId, id: memberId } = memberOf(request);
  return { accountId, memberId };
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Sessions"] };
}
