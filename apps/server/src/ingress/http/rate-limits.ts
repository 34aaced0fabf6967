import rateLimit, { type RateLimitOptions } from "@fastify/rate-limit";
import { PunctualError } from "@punctual/contract";
import type { FastifyInstance } from "fastify";

/** What one member may ask for in a minute: far more than a person needs, less than a runaway loop. */
const REQUESTS_PER_MEMBER = 6_000;
const LOGINS_PER_ADDRESS = 20;

/** Makes limits available to routes registered after it; counted on each node by itself. */
export async function registerRateLimits(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_request, { after }) =>
      new PunctualError("too_many_requests", `Try again in ${after}.`),
  });
}

/** For routes behind the login. Counts after the member is known. */
export function requestsPerMember(): RateLimitOptions {
  return {
    max: REQUESTS_PER_MEMBER,
    timeWindow: "1 minute",
    hook: "preValidation",
    keyGenerator: (request) => request.member?.id ?? request.ip,
  };
}

/** For doors at which passwords and one-time tokens could be guessed. */
export function loginsPerAddress(): RateLimitOptions {
  return { max: LOGINS_PER_ADDRESS, timeWindow: "1 minute", hook: "onRequest" };
}
