import { type AuditAct, PunctualError } from "@punctual/contract";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Deps } from "../../actions/deps.ts";
import { noteLoginChange } from "../../actions/manage-logins.ts";
import { sendProblem } from "../http/problems.ts";
import { type Auth, CLIENT_ADDRESS_HEADER, type Proof } from "./auth.ts";
import { requireOwnOrigin } from "./authenticate.ts";

interface Door {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** May end logins: whoever is logged in has their live connections checked. With what is audited. */
  readonly changes?: { readonly act: AuditAct | null; readonly ifNewLogin?: true };
  /** A 401 is a wrong password: after too many, the e-mail is refused for a while. */
  readonly countsFailures?: true;
  /** What a 401 means here. */
  readonly refusal?: "code_wrong";
}

const ENDS_LOGINS = { changes: { act: null } } as const;

/** The doors of better-auth that are open; whatever else it can do would bypass our members. */
const DOORS: readonly Door[] = [
  { method: "POST", path: "/sign-in/email", countsFailures: true },
  { method: "POST", path: "/sign-out", ...ENDS_LOGINS },
  { method: "GET", path: "/get-session" },
  { method: "POST", path: "/change-password", changes: { act: "login.passwordChanged" } },
  { method: "GET", path: "/list-sessions" },
  { method: "POST", path: "/revoke-session", ...ENDS_LOGINS },
  { method: "POST", path: "/revoke-other-sessions", ...ENDS_LOGINS },
  { method: "POST", path: "/two-factor/enable" },
  {
    method: "POST",
    path: "/two-factor/verify-totp",
    // By somebody who is logged in, the first right code turns it on, and gives a new login.
    changes: { act: "login.twoFactorTurnedOn", ifNewLogin: true },
    refusal: "code_wrong",
  },
  { method: "POST", path: "/two-factor/verify-backup-code", refusal: "code_wrong" },
  { method: "POST", path: "/two-factor/generate-backup-codes" },
  { method: "POST", path: "/two-factor/disable", changes: { act: "login.twoFactorTurnedOff" } },
];

/** Mounts login, logout and the second factor at `/api/auth`. */
export function registerAuthRoutes(
  app: FastifyInstance,
  { auth, deps, publicUrl }: { auth: Auth; deps: Deps; publicUrl: string },
): void {
  for (const door of DOORS) {
    const { method, path, changes, countsFailures } = door;
    app.route({
      method,
      url: `/api/auth${path}`,
      schema: { hide: true },
      config: { guessable: method === "POST" },
      handler: async (request, reply) => {
        if (method === "POST" && isFromBrowser(request)) requireOwnOrigin(request, publicUrl);
        const { cookie } = request.headers;
        const who = changes === undefined || !cookie ? null : await auth.identify({ cookie });
        if (countsFailures === true) await app.loginFailures.check(request);
        const response = await auth.handle(toWebRequest(request, publicUrl));
        if (countsFailures === true && response.status === 401) {
          await app.loginFailures.note(request);
        }
        if (who !== null && changes !== undefined && hasChanged(response, changes)) {
          await noteChange(deps, request, who, changes.act);
        }
        await sendResponse(reply, response, door);
        return reply;
      },
    });
  }
}

/** Programs send neither; a browser sends at least one of them. */
function isFromBrowser({ headers }: FastifyRequest): boolean {
  return headers.origin !== undefined || headers.cookie !== undefined;
}

function hasChanged({ ok, headers }: Response, { ifNewLogin }: NonNullable<Door["changes"]>) {
  return ok && (ifNewLogin !== true || headers.getSetCookie().length > 0);
}

async function noteChange(
  deps: Deps,
  { ip }: FastifyRequest,
  { member: { accountId, id: memberId } }: Proof,
  act: AuditAct | null,
): Promise<void> {
  await noteLoginChange(deps, { accountId, by: { memberId, via: "login", ip } }, memberId, act);
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

async function sendResponse(reply: FastifyReply, response: Response, door: Door): Promise<void> {
  for (const cookie of response.headers.getSetCookie()) reply.header("set-cookie", cookie);
  if (response.status >= 400) {
    sendProblem(reply, problemFor(response.status, door));
    return;
  }
  reply
    .code(response.status)
    .type(response.headers.get("content-type") ?? "application/json")
    .send(await response.text());
}

function problemFor(status: number, { refusal, path }: Door): PunctualError {
  if (status === 401) return new PunctualError(refusal ?? "login_failed");
  if (status === 403) return new PunctualError("origin_not_allowed");
  if (status === 429) return new PunctualError("too_many_requests");
  if (status >= 500) return new PunctualError("internal");
  return new PunctualError("validation_failed", HINTS[path] ?? "Send e-mail and password as JSON.");
}

const CODE_HINT = 'Send {"code": "…"} as JSON; after five wrong ones, log in again.';

/** What a 400 of better-auth most likely means, by the door. */
const HINTS: Readonly<Record<string, string>> = {
  "/change-password": "Send currentPassword, which must be right, and newPassword as JSON.",
  "/two-factor/enable":
    "Send your password, which must be right, as JSON. A second factor that is on must be switched off first.",
  "/two-factor/verify-totp": CODE_HINT,
  "/two-factor/verify-backup-code": CODE_HINT,
  "/two-factor/generate-backup-codes":
    "Send your password, which must be right, as JSON. The second factor must be on.",
  "/two-factor/disable": "Send your password, which must be right, as JSON.",
};
