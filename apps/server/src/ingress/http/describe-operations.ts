/**
 * What the routes' schemas can't say, laid over the OpenAPI document: a sentence for each success, the
 * problems that an operation may answer, and examples of bodies.
 */
import { BODY_EXAMPLES } from "./body-examples.ts";
import { EVENTS_PATH } from "./events-path.ts";
import type { Operation } from "./openapi-operation.ts";
import {
  PROBLEM_STATUSES,
  type ProblemStatus,
  problemReferences,
  problemResponses,
} from "./problem-responses.ts";
import { SUCCESSES } from "./success-sentences.ts";

export interface OpenApiDocument {
  paths?: Record<string, Record<string, Operation>>;
  components?: { responses?: Record<string, unknown> };
}

/** Completes every operation of the document, and adds the one that is no route: the live events. */
export function describeOperations(document: OpenApiDocument): void {
  const { paths = {}, components = {} } = document;
  for (const path of Object.values(paths)) {
    for (const [method, operation] of Object.entries(path)) describeOperation(method, operation);
  }
  paths["/api/v1/events"] = EVENTS_PATH;
  document.components = { ...components, responses: problemResponses() };
}

function describeOperation(method: string, operation: Operation): void {
  const { operationId = "", requestBody, responses = {} } = operation;
  for (const [status, response] of Object.entries(responses)) {
    if (status.startsWith("2")) response.description = SUCCESSES[operationId] ?? "Done.";
  }
  operation.responses = { ...responses, ...problemReferences(problemsOf(method, operation)) };
  const examples = BODY_EXAMPLES[operationId];
  const json = requestBody?.content?.["application/json"];
  if (json !== undefined && examples !== undefined) json.examples = examples;
}

function problemsOf(method: string, operation: Operation): readonly ProblemStatus[] {
  const { parameters = [], requestBody, security } = operation;
  const isPublic = security?.length === 0;
  const writes = method !== "get";
  const takes = requestBody !== undefined || parameters.length > 0;
  const finds = isPublic || parameters.some((each) => each.in === "path");
  const able: Readonly<Record<ProblemStatus, boolean>> = {
    400: takes,
    401: !isPublic,
    403: !isPublic,
    404: finds,
    409: writes,
    422: writes && requestBody !== undefined,
    429: true,
    503: true,
  };
  return PROBLEM_STATUSES.filter((status) => able[status]);
}
