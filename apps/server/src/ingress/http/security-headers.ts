import type { FastifyInstance } from "fastify";

/** A page's own answer may replace these; everything else is data, which may do nothing in a browser. */
const HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "cache-control": "no-store",
} as const;

/** Puts security headers on every answer. */
export function registerSecurityHeaders(app: FastifyInstance, publicUrl: string): void {
  const isHttps = publicUrl.startsWith("https:");
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers(HEADERS);
    if (isHttps) reply.header("strict-transport-security", "max-age=31536000");
  });
}
