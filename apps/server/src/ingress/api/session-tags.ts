import { ReviewBody, SessionCategoryBody, TagNamesBody } from "@punctual/contract";
import { categoriseSession, reviewSession, tagSession } from "../../actions/tag-session.ts";
import { memberOf } from "../auth/authenticate.ts";
import { about } from "./about-session.ts";
import { actOnSession } from "./act.ts";
import type { ApiContext, ApiServer } from "./api.ts";
import { optionalBody } from "./optional-body.ts";

/** What people leave behind with a session for reports and colleagues. */
export function registerSessionTags(app: ApiServer, { deps }: ApiContext): void {
  app.put(
    "/sessions/:sessionId/tags",
    {
      schema: {
        ...about("tagSession", "Make these the session's tags"),
        body: TagNamesBody,
      },
    },
    async (request) => {
      const { tags } = request.body;
      return await actOnSession(deps, memberOf(request), request.params.sessionId, "tag", (on) =>
        tagSession(deps, { ...on, tags }),
      );
    },
  );

  app.put(
    "/sessions/:sessionId/category",
    {
      schema: {
        ...about("categoriseSession", "Say what the session is about, or null"),
        body: SessionCategoryBody,
      },
    },
    async (request) => {
      const { categoryId } = request.body;
      return await actOnSession(deps, memberOf(request), request.params.sessionId, "tag", (on) =>
        categoriseSession(deps, { ...on, categoryId }),
      );
    },
  );

  app.post(
    "/sessions/:sessionId/reviewed",
    {
      schema: {
        ...about("reviewSession", "Say that you looked at a close by the clock"),
        body: ReviewBody,
      },
      preValidation: optionalBody,
    },
    async (request) => {
      const { body } = request;
      return await actOnSession(deps, memberOf(request), request.params.sessionId, "review", (on) =>
        reviewSession(deps, { ...body, ...on }),
      );
    },
  );
}
