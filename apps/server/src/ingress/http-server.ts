/**
 * The HTTP server: what every door shares (errors, headers, limits, log), and the doors themselves.
 * Webhooks, realtime events and health plug in through `registerMore`.
 */
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { AnyChannel, Deps, MemberIdentity } from "../actions/deps.ts";
import { newId } from "../platform/ids.ts";
import { type PushDoor, registerApi } from "./api/api.ts";
import type { Auth } from "./auth/auth.ts";
import { registerAuthRoutes } from "./auth/auth-routes.ts";
import { registerDocs } from "./http/docs.ts";
import { registerJsonBody } from "./http/json-body.ts";
import { registerOpenApi } from "./http/openapi.ts";
import { answerError, registerProblems } from "./http/problems.ts";
import { registerRateLimits } from "./http/rate-limits.ts";
import { registerRequestLimit } from "./http/request-limit.ts";
import { registerSecurityHeaders } from "./http/security-headers.ts";
import { registerWebApp } from "./web-app.ts";

export interface HttpServerOptions {
  readonly deps: Deps;
  readonly config: {
    /** Where this server is reached from outside, without a slash at the end. */
    readonly publicUrl: string;
    readonly push: PushDoor;
    /** Where the built web app lies. */
    readonly webAppFolder: string;
    /** Whether `X-Forwarded-…` headers come from a proxy of our own. */
    readonly trustProxy: boolean | string | ((address: string, hop: number) => boolean);
  };
  readonly auth: Auth;
  /** The kinds of channel that this server speaks, by name. */
  readonly channels: ReadonlyMap<string, AnyChannel>;
  /** A member changed something at their screen. */
  readonly onActivity: (member: MemberIdentity) => void;
  /** Without it only what `registerMore` brings is served: a node without the role `http`. */
  readonly withApi: boolean;
  readonly registerMore: readonly ((app: FastifyInstance) => void | Promise<void>)[];
}

const API_BODY_LIMIT_BYTES = 1_048_576;
const REQUEST_TIMEOUT_MS = 60_000;

/** Builds the server, ready to listen. */
export async function buildHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { deps, config } = options;
  const loggerInstance: FastifyBaseLogger = deps.logger;
  const app: FastifyInstance = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: API_BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    trustProxy: config.trustProxy,
    genReqId: newId,
    frameworkErrors: answerError,
    routerOptions: { maxParamLength: 200 },
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerProblems(app);
  registerSecurityHeaders(app, config.publicUrl);
  for (const register of options.registerMore) await register(app);
  if (options.withApi) await registerDoors(app, options);
  await app.ready();
  return app;
}

async function registerDoors(app: FastifyInstance, options: HttpServerOptions): Promise<void> {
  const { deps, config, auth } = options;
  await app.register(async (doors) => {
    registerJsonBody(doors);
    registerRequestLog(doors);
    registerRequestLimit(doors);
    await registerRateLimits(doors);
    await registerOpenApi(doors, config.publicUrl);
    registerDocs(doors);
    await registerWebApp(doors, config.webAppFolder);
    registerAuthRoutes(doors, { auth, deps, publicUrl: config.publicUrl });
    await registerApi(doors, { ...options, channelOf: (kind) => options.channels.get(kind) });
  });
}

/** One line a request: the route, never its query or body, which may hold people's words. */
function registerRequestLog(app: FastifyInstance): void {
  app.addHook("onResponse", async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        memberId: request.member?.id,
      },
      "request",
    );
  });
}
