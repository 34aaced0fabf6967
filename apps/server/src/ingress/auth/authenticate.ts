import type { IncomingHttpHeaders } from "node:http";
import { PunctualError } from "@punctual/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { MemberIdentity } from "../../actions/deps.ts";
import type { Authored } from "../../store/audit-log.ts";
import { type Auth, LOGIN_COOKIE, type Proof, trustedOrigins } from "./auth.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who sent it; `null` on routes that are open to everybody. */
    member: MemberIdentity | null;
    /** How they proved it. */
    provenBy: Proof["by"] | null;
  }
  interface FastifyContextConfig {
    /** Open to people without a login: the set-up, invitations. */
    public?: boolean;
  }
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS"]);

export interface AuthenticationOptions {
  readonly auth: Auth;
  readonly publicUrl: string;
  /** A member changed something at their screen. What a program does with a token is no such sign. */
  readonly onActivity: (member: MemberIdentity) => void;
}

/**
 * Lets only members through, except to routes with `config.public`. A login cookie travels on its own,
 * so a request that changes something by it must also come from our own pages.
 */
export function registerAuthentication(
  app: FastifyInstance,
  { auth, publicUrl, onActivity }: AuthenticationOptions,
): void {
  app.decorateRequest("member", null);
  app.decorateRequest("provenBy", null);
  app.addHook("onRequest", async (request) => {
    if (request.routeOptions.config.public === true || request.is404) return;
    const proof = await auth.identify(request.headers);
    if (proof === null) throw notAuthenticated(request.headers);
    if (proof.by === "cookie" && !SAFE_METHODS.has(request.method)) {
      requireOwnOrigin(request, publicUrl);
      // Reading is none: an open page fetches what is new though nobody sits before it.
      onActivity(proof.member);
    }
    request.member = proof.member;
    request.provenBy = proof.by;
  });
}

/**
 * The error of a request from nobody we know. Says what its headers lack, and nothing of which tokens
 * and logins exist.
 */
export function notAuthenticated({ authorization, cookie }: IncomingHttpHeaders): PunctualError {
  return new PunctualError("not_authenticated", whatIsMissing(authorization, cookie));
}

function whatIsMissing(authorization: string | undefined, cookie: string | undefined): string {
  if (authorization !== undefined) {
    return /^Bearer +\S/i.test(authorization)
      ? "The API token is not valid: it is mistyped or has been revoked."
      : 'The Authorization header must be "Bearer", a space and an API token (pun_…).';
  }
  return cookie?.includes(LOGIN_COOKIE)
    ? "The login has ended. Log in again."
    : "The request carries neither an Authorization header nor the cookie of a login.";
}

/** The member who sent the request. Throws `not_authenticated` on a route that is open to everybody. */
export function memberOf(request: Pick<FastifyRequest, "member">): MemberIdentity {
  if (request.member === null) throw new PunctualError("not_authenticated");
  return request.member;
}

/** The same member with their business, as the audit log names whoever changes something. */
export function authorOf(request: FastifyRequest): Authored {
  const { accountId, id: memberId } = memberOf(request);
  const via = request.provenBy === "cookie" ? "login" : "token";
  return { accountId, by: { memberId, via, ip: request.ip } };
}

/** Throws `origin_not_allowed` unless a page of this server sent the request. */
export function requireOwnOrigin(request: FastifyRequest, publicUrl: string): void {
  const { origin } = request.headers;
  if (origin !== undefined && trustedOrigins(publicUrl, request.host).includes(origin)) return;
  throw new PunctualError("origin_not_allowed");
}
