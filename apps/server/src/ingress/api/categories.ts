import {
  Categories,
  Category,
  CategoryBody,
  CategoryParams,
  ClosingRequirements,
} from "@punctual/contract";
import { z } from "zod";
import { createCategory, removeCategory, renameCategory } from "../../actions/save-category.ts";
import { saveClosingRequirements } from "../../actions/save-closing-requirements.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readCategories } from "../../store/categories.ts";
import { readClosingRequirements } from "../../store/closing-requirements.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

/** What a session can be about, and what a person must leave behind to close one. */
export function registerCategories(app: ApiServer, context: ApiContext): void {
  registerCatalogue(app, context);
  registerRequirements(app, context);
}

function registerCatalogue(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/categories",
    {
      schema: {
        ...about("listCategories", "What a session can be about"),
        response: { 200: Categories, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readTags");
      const categories = await deps.db.readAs(accountId, (read) => readCategories(read, accountId));
      return { categories };
    },
  );

  app.post(
    "/categories",
    {
      schema: {
        ...about("createCategory", "Add a category"),
        body: CategoryBody,
        response: { 201: Category, default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeTags");
      const category = await createCategory(deps, authorOf(request), request.body.name);
      return await reply.code(201).send(category);
    },
  );

  app.patch(
    "/categories/:categoryId",
    {
      schema: {
        ...about("renameCategory", "Rename a category, wherever it is"),
        params: CategoryParams,
        body: CategoryBody,
        response: { 200: Category, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeTags");
      const category = { id: request.params.categoryId, name: request.body.name };
      return await renameCategory(deps, authorOf(request), category);
    },
  );

  app.delete(
    "/categories/:categoryId",
    {
      schema: {
        ...about("deleteCategory", "Offer a category no longer"),
        params: CategoryParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeTags");
      await removeCategory(deps, authorOf(request), request.params.categoryId);
      return await reply.code(204).send();
    },
  );
}

function registerRequirements(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/settings/closing",
    {
      schema: {
        ...about("getClosingRequirements", "What a person must leave behind to close a session"),
        tags: ["Settings"],
        response: { 200: ClosingRequirements, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readSettings");
      return await deps.db.readAs(accountId, (read) => readClosingRequirements(read, accountId));
    },
  );

  app.put(
    "/settings/closing",
    {
      schema: {
        ...about("saveClosingRequirements", "Save it, from the next close on"),
        tags: ["Settings"],
        body: ClosingRequirements,
        response: { 200: ClosingRequirements, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeSettings");
      await saveClosingRequirements(deps, authorOf(request), request.body);
      return request.body;
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Tags"] };
}
