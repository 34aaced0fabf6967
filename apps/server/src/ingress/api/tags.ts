import { Tag, TagBody, TagParams, TagPatch, Tags } from "@punctual/contract";
import { z } from "zod";
import { changeTag, createTag, removeTag } from "../../actions/save-tag.ts";
import { authorize } from "../../permissions/authorize.ts";
import { readTags } from "../../store/tags.ts";
import { authorOf, memberOf } from "../auth/authenticate.ts";
import { type ApiContext, type ApiServer, problems } from "./api.ts";

export function registerTags(app: ApiServer, { deps }: ApiContext): void {
  app.get(
    "/tags",
    {
      schema: {
        ...about("listTags", "The tags that sessions and contacts may have"),
        response: { 200: Tags, default: problems },
      },
    },
    async (request) => {
      const { accountId, ...member } = memberOf(request);
      authorize(member, "readTags");
      return { tags: await deps.db.readAs(accountId, (read) => readTags(read, accountId)) };
    },
  );

  app.post(
    "/tags",
    {
      schema: {
        ...about("createTag", "Add a tag"),
        body: TagBody,
        response: { 201: Tag, default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeTags");
      return await reply.code(201).send(await createTag(deps, authorOf(request), request.body));
    },
  );

  app.patch(
    "/tags/:tagId",
    {
      schema: {
        ...about("changeTag", "Rename or recolour a tag, wherever it is"),
        params: TagParams,
        body: TagPatch,
        response: { 200: Tag, default: problems },
      },
    },
    async (request) => {
      authorize(memberOf(request), "changeTags");
      return await changeTag(deps, authorOf(request), request.params.tagId, request.body);
    },
  );

  app.delete(
    "/tags/:tagId",
    {
      schema: {
        ...about("deleteTag", "Delete a tag, wherever it is"),
        params: TagParams,
        response: { 204: z.undefined(), default: problems },
      },
    },
    async (request, reply) => {
      authorize(memberOf(request), "changeTags");
      await removeTag(deps, authorOf(request), request.params.tagId);
      return await reply.code(204).send();
    },
  );
}

function about(operationId: string, summary: string) {
  return { operationId, summary, tags: ["Tags"] };
}
