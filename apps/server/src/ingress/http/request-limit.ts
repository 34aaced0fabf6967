import { PunctualError } from "@punctual/contract";
import type { FastifyInstance } from "fastify";

/** Requests under way at once. More would only wait for the database, and their callers for all of them. */
const MAX_REQUESTS = 200;

/**
 * Refuses requests with `unavailable` (503, with `Retry-After`) while too many are under way, before their
 * bodies are read. For the routes registered after it.
 */
export function registerRequestLimit(app: FastifyInstance, maxRequests = MAX_REQUESTS): void {
  let underWay = 0;
  app.addHook("onRequest", async (_request, reply) => {
    if (underWay >= maxRequests) throw new PunctualError("unavailable");
    underWay += 1;
    reply.raw.once("close", () => {
      underWay -= 1;
    });
  });
}
