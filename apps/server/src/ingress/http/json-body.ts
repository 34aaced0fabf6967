import type { FastifyInstance } from "fastify";

/**
 * Takes JSON and nothing else. An empty body is none, whatever its content type says: many clients
 * announce JSON on every request.
 */
export function registerJsonBody(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeAllContentTypeParsers();
  const options = { parseAs: "string" } as const;
  app.addContentTypeParser<string>("application/json", options, (request, body, done) => {
    if (body === "") done(null, undefined);
    else void parse(request, body, done);
  });
}
