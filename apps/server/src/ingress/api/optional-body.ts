import type { FastifyRequest } from "fastify";

/** For routes where everything in the body is optional, and so is the body itself. */
export async function optionalBody(request: FastifyRequest): Promise<void> {
  request.body ??= {};
}
