/**
 * How often somebody may ask, counted on each node by itself. Each limit is one counter for all doors that
 * it guards: whoever is refused at one is refused at the next.
 */
import rateLimit, { type RateLimitOptions } from "@fastify/rate-limit";
import { PunctualError } from "@punctual/contract";
import type { FastifyInstance, FastifyRequest } from "fastify";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Passwords or one-time tokens could be guessed here: callers are counted by their address. */
    guessable?: boolean;
  }
  interface FastifyInstance {
    loginFailures: LoginFailures;
  }
}

/** What one member may ask for in a minute: far more than a person needs, less than a runaway loop. */
const REQUESTS_PER_MEMBER = 6_000;
/** An office behind one address may come to work at nine. */
const TRIES_PER_ADDRESS = 60;
/** However many addresses they come from. The right password counts for nothing here. */
const FAILURES_PER_EMAIL = 20;
const FAILURES_WITHIN = "15 minutes";

/** Wrong passwords of one e-mail. */
export interface LoginFailures {
  /** Throws `too_many_requests` once there were too many. */
  check(request: FastifyRequest): Promise<void>;
  note(request: FastifyRequest): Promise<void>;
}

/** Limits the routes registered after it: guessable ones by address, those behind the login by member. */
export async function registerRateLimits(app: FastifyInstance): Promise<void> {
  await app.register(rateLimit, { global: false });
  const perAddress = app.rateLimit({ ...REFUSE, max: TRIES_PER_ADDRESS, timeWindow: "1 minute" });
  const perMember = app.rateLimit({
    ...{ ...REFUSE, max: REQUESTS_PER_MEMBER, timeWindow: "1 minute" },
    keyGenerator: (request) => request.member?.id ?? request.ip,
  });
  app.addHook("onRequest", async (request, reply) => {
    if (request.routeOptions.config.guessable === true) await perAddress.call(app, request, reply);
  });
  // Who it is, is known by then.
  app.addHook("preValidation", async (request, reply) => {
    if (request.member != null) await perMember.call(app, request, reply);
  });
  app.decorate("loginFailures", countLoginFailures(app));
}

const REFUSE: RateLimitOptions = {
  errorResponseBuilder: (_request, { after }) => tooMany(after),
};

function tooMany(after: string): PunctualError {
  return new PunctualError("too_many_requests", `Try again in ${after}.`);
}

function countLoginFailures(app: FastifyInstance): LoginFailures {
  const count = app.createRateLimit({
    max: FAILURES_PER_EMAIL,
    timeWindow: FAILURES_WITHIN,
    keyGenerator: emailOf,
  });
  return {
    check: async (request) => {
      const counted = await count(request, { increment: false });
      if (counted.isAllowed || counted.remaining > 0) return;
      throw tooMany(`${Math.ceil(counted.ttlInSeconds / 60)} minutes`);
    },
    note: async (request) => {
      await count(request);
    },
  };
}

function emailOf({ body }: FastifyRequest): string {
  return String(Object(body).email).trim().toLowerCase().slice(0, 320);
}
