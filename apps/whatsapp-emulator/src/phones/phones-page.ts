import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

const PAGE_FOLDER = fileURLToPath(new URL("./page", import.meta.url));

/** The page's own files, and photos and voice notes that were stored here or not sent yet. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The simulated phones at `/` and `/phones`: files as they lie in `page/`, without a build step. */
export async function phonesPage(app: FastifyInstance): Promise<void> {
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers({
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "permissions-policy": "microphone=(self)",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    });
  });
  await app.register(fastifyStatic, {
    root: PAGE_FOLDER,
    prefix: "/phones/",
    allowedPath: (path) => /\.(html|css|mjs|svg)$/.test(path),
    cacheControl: false,
    index: false,
  });
  for (const path of ["/", "/phones"]) {
    app.get(path, (_request, reply) => reply.sendFile("index.html"));
  }
}
