import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { BusinessNumber, GraphCall } from "../state.ts";
import type { World } from "../world.ts";
import { GraphError } from "./graph-error.ts";
import { mediaRoutes, presentMedia } from "./media-routes.ts";
import { type SendReply, sendMessage } from "./send-message.ts";
import { templateRoutes } from "./template-routes.ts";

interface NumberParams {
  version: string;
  phoneNumberId: string;
}

/**
 * The version is part of the pattern, so that other paths of two parts aren't taken for a number's.
 */
const VERSION = "/:version(^v\\d{1,3}\\.\\d$)";
const NUMBER_PATH = `${VERSION}/:phoneNumberId`;

/**
 * The calls of Meta's Graph API that the emulator knows. Everything else is answered as unknown.
 */
export function graphRoutes(app: FastifyInstance, getWorld: () => World): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const known = error instanceof GraphError ? error : unreadable(error);
    return reply.code(known.httpStatus).send(known.body);
  });

  app.post<{ Params: NumberParams }>(`${NUMBER_PATH}/messages`, async (request, reply) => {
    const world = getWorld();
    const number = authorize(world, request, request.params.phoneNumberId);
    const end = world.activity.begin();
    const result = await sendMessage(world, number, request.body);
    const httpStatus = result.reply.type === "answer" ? result.reply.httpStatus : null;
    recordCall(world, request, { ...result, httpStatus });
    const finish = () => {
      result.afterwards();
      end();
    };
    // Whoever hung up meanwhile gets no answer, but what was accepted goes its way.
    if (result.reply.type === "answer" && !reply.raw.destroyed) reply.raw.once("close", finish);
    else finish();
    return answer(reply, result.reply);
  });

  app.get<{ Params: NumberParams; Querystring: { fields?: string } }>(
    NUMBER_PATH,
    async (request) => {
      const world = getWorld();
      // Meta gives every object a number of its own.
      const file = world.state.media.get(request.params.phoneNumberId);
      const number = authorize(world, request, file ? null : request.params.phoneNumberId);
      recordCall(world, request, { httpStatus: 200 });
      if (file !== undefined) return presentMedia(file, request);
      return presentNumber(number, request.query.fields);
    },
  );

  mediaRoutes(app, getWorld, NUMBER_PATH, (request, phoneNumberId) =>
    authorize(getWorld(), request, phoneNumberId),
  );
  templateRoutes(app, `${VERSION}/:wabaId`, (request, wabaId) => {
    const world = getWorld();
    const number = authorize(world, request, null);
    return number.wabaId === wabaId ? number : authorize(world, request, wabaId);
  });

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0];
    const error = new GraphError(2500, `Unknown path components: ${path}`, {
      title: "Unknown path components",
    });
    return reply.code(error.httpStatus).send(error.body);
  });
}

/**
 * @param phoneNumberId `null`: any number that the token belongs to.
 * @throws GraphError 190 for a wrong token, 200 for none, 100 (subcode 33) for another's number.
 */
function authorize(
  world: World,
  request: FastifyRequest,
  phoneNumberId: string | null,
): BusinessNumber {
  const token = tokenOf(request);
  const numbers = [...world.state.numbers.values()].filter((each) => each.accessToken === token);
  const number = numbers.find(
    (each) => each.phoneNumberId === (phoneNumberId ?? each.phoneNumberId),
  );
  if (number) return number;
  const error = refusalOf(world, phoneNumberId ?? "", token);
  recordCall(world, request, { httpStatus: error.httpStatus, errorCode: error.code });
  throw error;
}

function tokenOf({ headers }: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? "")?.[1];
}

function refusalOf(world: World, objectId: string, token: string | undefined): GraphError {
  if (token === undefined) {
    const title = "An access token is required to request this resource.";
    return new GraphError(200, null, { httpStatus: 401, title });
  }
  const numbers = [...world.state.numbers.values()];
  if (!numbers.some((number) => number.accessToken === token)) {
    return new GraphError(190, null, { title: "Invalid OAuth access token." });
  }
  const title =
    `Unsupported request. Object with ID '${objectId}' does not exist, ` +
    "or the token has no permission for it.";
  return new GraphError(100, null, { title, subcode: 33, type: "GraphMethodException" });
}

type Answered = Pick<GraphCall, "httpStatus"> &
  Partial<Pick<GraphCall, "errorCode" | "customerId" | "wamid">>;

function recordCall(world: World, request: FastifyRequest, answered: Answered): void {
  const { httpStatus, errorCode = null, customerId = null, wamid = null } = answered;
  const { calls } = world.state;
  calls.push({
    at: Date.now(),
    method: request.method,
    path: request.url.split("?", 1)[0] ?? "",
    phoneNumberId: (request.params as Partial<NumberParams>).phoneNumberId ?? "",
    body: request.body ?? null,
    httpStatus,
    errorCode,
    customerId,
    wamid,
  });
  calls.splice(0, Math.max(0, calls.length - world.settings.historyLimit));
  world.activity.changed();
}

/** Cuts the connection or leaves it hanging where the reply says so. */
function answer(reply: FastifyReply, answered: SendReply): FastifyReply {
  if (answered.type === "answer") {
    return reply
      .code(answered.httpStatus)
      .header("content-type", answered.contentType)
      .send(answered.body);
  }
  reply.hijack();
  if (answered.type === "destroy") reply.raw.destroy();
  return reply;
}

const DEFAULT_FIELDS =
  "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type," +
  "throughput,webhook_configuration";

function presentNumber(number: BusinessNumber, fields = DEFAULT_FIELDS): Record<string, unknown> {
  const all: Record<string, unknown> = {
    id: number.phoneNumberId,
    verified_name: number.verifiedName,
    display_phone_number: `+${number.displayPhoneNumber}`,
    quality_rating: "GREEN",
    status: "CONNECTED",
    name_status: "APPROVED",
    code_verification_status: "VERIFIED",
    platform_type: "CLOUD_API",
    throughput: { level: "STANDARD" },
    webhook_configuration: number.webhookUrl === null ? {} : { application: number.webhookUrl },
  };
  const shown: Record<string, unknown> = {};
  for (const field of fields.split(",").map((name) => name.trim())) {
    if (!(field in all)) {
      throw new GraphError(100, null, { title: `Tried accessing nonexisting field (${field})` });
    }
    shown[field] = all[field];
  }
  return { ...shown, id: number.phoneNumberId };
}

/** A body that Fastify refused: malformed JSON, another media type, too large. */
function unreadable(error: Error & { statusCode?: number }): GraphError {
  const status = error.statusCode ?? 500;
  if (status >= 500) return new GraphError(1, error.message, { httpStatus: 500 });
  return new GraphError(100, error.message, { httpStatus: status });
}
