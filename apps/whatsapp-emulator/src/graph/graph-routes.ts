import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { BusinessNumber, GraphCall } from "../state.ts";
import type { World } from "../world.ts";
import { GraphError } from "./graph-error.ts";
import { type SendReply, type SendResult, sendMessage } from "./send-message.ts";

interface NumberParams {
  version: string;
  phoneNumberId: string;
}

/** The calls of Meta's Graph API that the emulator knows. Everything else is answered as unknown. */
export function graphRoutes(app: FastifyInstance, getWorld: () => World): void {
  app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) => {
    const known = error instanceof GraphError ? error : unreadable(error);
    return reply.code(known.httpStatus).send(known.body);
  });

  app.post<{ Params: NumberParams }>(
    "/:version/:phoneNumberId/messages",
    async (request, reply) => {
      const world = getWorld();
      const number = authorize(world, request);
      const end = world.activity.begin();
      const result = await sendMessage(world, number, request.body);
      recordCall(world, request, result);
      const finish = () => {
        result.afterwards();
        end();
      };
      if (result.reply.type === "answer") reply.raw.once("close", finish);
      else finish();
      return answer(reply, result.reply);
    },
  );

  app.get<{ Params: NumberParams; Querystring: { fields?: string } }>(
    "/:version/:phoneNumberId",
    async (request) => presentNumber(authorize(getWorld(), request), request.query.fields),
  );

  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0];
    const error = new GraphError(2500, `Unknown path components: ${path}`, {
      title: "Unknown path components",
    });
    return reply.code(error.httpStatus).send(error.body);
  });
}

type NumberRequest = FastifyRequest<{ Params: NumberParams }>;

/** @throws GraphError 190 for a wrong token, 200 for none, 100 (subcode 33) for another's number. */
function authorize(world: World, request: NumberRequest): BusinessNumber {
  const { version, phoneNumberId } = request.params;
  const number = world.state.numbers.get(phoneNumberId);
  const refuse = (error: GraphError): never => {
    world.state.calls.push(callOf(request, { httpStatus: error.httpStatus, code: error.code }));
    throw error;
  };
  if (!/^v\d{1,3}\.\d$/.test(version)) {
    return refuse(
      new GraphError(2500, `Unknown API version ${version}.`, { title: "Bad version" }),
    );
  }
  const token = /^Bearer (\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) {
    const title = "An access token is required to request this resource.";
    return refuse(new GraphError(200, null, { httpStatus: 401, title }));
  }
  if (number?.accessToken === token) return number;
  const isKnown = [...world.state.numbers.values()].some((other) => other.accessToken === token);
  if (!isKnown) {
    return refuse(new GraphError(190, null, { title: "Invalid OAuth access token." }));
  }
  const title = `Unsupported request. Object with ID '${phoneNumberId}' does not exist, or the token has no permission for it.`;
  return refuse(new GraphError(100, null, { title, subcode: 33, type: "GraphMethodException" }));
}

function recordCall(world: World, request: NumberRequest, result: SendResult): void {
  const { reply, errorCode, customerId, wamid } = result;
  const httpStatus = reply.type === "answer" ? reply.httpStatus : null;
  const call = callOf(request, { httpStatus, code: errorCode });
  const { calls } = world.state;
  calls.push({ ...call, customerId, wamid });
  calls.splice(0, Math.max(0, calls.length - world.settings.historyLimit));
  world.activity.changed();
}

function callOf(
  request: NumberRequest,
  answered: { readonly httpStatus: number | null; readonly code: number | null },
): GraphCall {
  return {
    at: Date.now(),
    method: request.method,
    path: request.url.split("?", 1)[0] ?? "",
    phoneNumberId: request.params.phoneNumberId,
    customerId: null,
    body: request.body ?? null,
    httpStatus: answered.httpStatus,
    errorCode: answered.code,
    wamid: null,
  };
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
  "verified_name,code_verification_status,display_phone_number,quality_rating,platform_type,throughput,webhook_configuration";

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
