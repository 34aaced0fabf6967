import { PunctualError } from "@punctual/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { sendProblem } from "../http/problems.ts";
import { loginsPerAddress } from "../http/rate-limits.ts";
import { type Auth, CLIENT_ADDRESS_HEADER } from "./auth.ts";
import { requireOwnOrigin } from "./authenticate.ts";

/** The doors of better-auth that are open; whatever else it can do would bypass our members. */
const DOORS = [
  ["POST", "/sign-in/email"],
  ["POST", "/sign-out"],
  ["GET", "/get-session"],
  ["POST", "/change-password"],
  ["GET", "/list-sessions"],
  ["POST", "/revoke-session"],
  ["POST", "/revoke-other-sessions"],
] as const;

/** Mounts login and logout at `/api/auth`. */
export function registerAuthRoutes(app: FastifyInstance, auth: Auth, publicUrl: string): void {
  for (const [method, path] of DOORS) {
    app.route({
      method,
      url: `/api/auth${path}`,
      schema: { hide: true },
      config: method === "POST" ? { rateLimit: loginsPerAddress() } : { rateLimit: false },
      handler: async (request, reply) => {
        if (method === "POST" && isFromBrowser(request)) requireOwnOrigin(request, publicUrl);
        await sendResponse(reply, await auth.handle(toWebRequest(request, publicUrl)));
        return reply;
      },
    });
  }
}

/** Programs send neither; a browser sends at least one of them. */
function isFromBrowser({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined || headers.cookie !== undefined;
}

function toWebRequest(request: FastifyRequest, publicUrl: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined && name !== "content-length") headers.set(name, String(value));
  }
  headers.set(CLIENT_ADDRESS_HEADER, request.ip);
  const body = request.body === undefined ? null : JSON.stringify(request.body);
  if (body !== null) headers.set("content-type", "application/json");
  return new Request(new URL(request.url, publicUrl), { method: request.method, headers, body });
}

async function sendResponse(reply: FastifyReply, response: Response): Promise<void> {
  for (const cookie of response.headers.getSetCookie()) reply.header("set-cookie", cookie);
  if (response.status >= 400) {
    sendProblem(reply, problemFor(response.status));
    return;
  }
  reply
    .code(response.status)
    .type(response.headers.get("content-type") ?? "application/json")
    .send(await response.text());
}

function problemFor(status: number): PunctualError {
  if (status === 401) return new PunctualError("login_failed");
  if (status === 403) return new PunctualError("origin_not_allowed");
  if (status === 429) return new PunctualError("too_many_requests");
  if (status >= 500) return new PunctualError("internal");
  return new PunctualError("validation_failed", "Send e-mail and password as JSON.");
}
