/**
 * Errors leave the server in one place and one shape: RFC 9457 problem documents. Expected errors
 * carry their own code; what we don't know is logged with an id and answered without details.
 */
import { ERRORS, PunctualError, problemOf, validationError } from "@punctual/contract";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { isTransient } from "../../platform/transient.ts";

const RETRY_AFTER_SECONDS = 2;

/** Answers every error and every unknown address of the app with a problem document. */
export function registerProblems(app: FastifyInstance): void {
  const methodsAt = collectMethods(app);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => {
    const allowed = methodsAt(request.url.split("?")[0] ?? "");
    if (allowed.length === 0) {
      sendProblem(reply, new PunctualError("not_found"));
      return;
    }
    reply.header("allow", allowed.join(", "));
    sendProblem(reply, new PunctualError("method_not_allowed", `It takes ${allowed.join(", ")}.`));
  });
}

/** Answers whatever was thrown; also for what Fastify refuses before it looks for a route. */
export function answerError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  sendProblem(reply, expectedError(error) ?? unexpectedError(error, request));
}

/** Sends an error as a problem document, with the headers that belong to it. */
export function sendProblem(reply: FastifyReply, error: PunctualError): void {
  if (error.code === "not_authenticated") reply.header("www-authenticate", "Bearer");
  if (error.code === "unavailable" && !reply.hasHeader("retry-after")) {
    reply.header("retry-after", RETRY_AFTER_SECONDS);
  }
  reply
    .code(ERRORS[error.code].status)
    .header("content-type", "application/problem+json")
    .serializer((body: unknown) => JSON.stringify(body))
    .send(problemOf(error));
}

/** What Fastify and the validation throw, in our words; `null`: nothing we expected. */
function expectedError(error: unknown): PunctualError | null {
  if (error instanceof PunctualError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return refusedInput(error);
  switch (codeOf(error)) {
    case "FST_ERR_CTP_INVALID_JSON_BODY":
    case "FST_ERR_CTP_INVALID_CONTENT_LENGTH":
      return new PunctualError("malformed_json");
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return new PunctualError("unsupported_media_type");
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return new PunctualError("body_too_large");
    case "FST_ERR_BAD_URL":
      return new PunctualError("not_found");
    default:
      return isTransient(error) ? new PunctualError("unavailable") : null;
  }
}

type RefusedInput = FastifyError & {
  readonly validation: readonly {
    readonly keyword: string;
    readonly instancePath: string;
    readonly message?: string;
    readonly params: Readonly<Record<string, unknown>>;
  }[];
};

function refusedInput({ validation }: RefusedInput): PunctualError {
  return validationError(
    validation.map(({ keyword, instancePath, message = "It is not valid.", params }) => {
      const path = instancePath.split("/").filter(Boolean);
      const isBody = path.length === 0 && keyword === "invalid_type";
      return {
        path,
        message: isBody ? "Send a JSON object as the body." : message,
        params: Object(params.params),
      };
    }),
  );
}

function unexpectedError(error: unknown, request: FastifyRequest): PunctualError {
  if (isRefusal(error)) return new PunctualError("validation_failed");
  request.log.error({ err: error, errorId: request.id }, "a request failed unexpectedly");
  return new PunctualError("internal", `Quote ${request.id} when you report it.`);
}

/** Anything else that Fastify itself refuses as the client's mistake. */
function isRefusal(error: unknown): boolean {
  const status = Object(error).statusCode;
  const isFastifys = codeOf(error).startsWith("FST_");
  return isFastifys && typeof status === "number" && status >= 400 && status < 500;
}

function codeOf(error: unknown): string {
  const code: unknown = Object(error).code;
  return typeof code === "string" ? code : "";
}

/** Notes every route as it is registered; gives the methods that an address takes. */
function collectMethods(app: FastifyInstance): (path: string) => string[] {
  const routes: { pattern: RegExp; methods: string[] }[] = [];
  app.addHook("onRoute", (route) => {
    const source = route.url
      .replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll(/:[^/]+/g, "[^/]+")
      .replaceAll("*", ".*");
    routes.push({ pattern: new RegExp(`^${source}$`), methods: [route.method].flat() });
  });
  return (path) => {
    const matching = routes.filter(({ pattern }) => pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => methods))].sort();
  };
}
