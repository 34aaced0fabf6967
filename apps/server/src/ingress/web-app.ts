/**
 * The web app: one page for every address of its own, and its files. The page asks the API for all it
 * shows, so it is the same for everybody. Files carry the hash of what is in them in their names: a browser
 * keeps them for ever, and the page alone is asked for anew.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { sendPage } from "./http/html.ts";

/** Where the app's router takes over (apps/web/src/app/router.ts). */
const PAGES = [
  "/",
  "/login",
  "/setup",
  "/invitation",
  "/reset-password",
  "/welcome",
  "/inbox",
  "/inbox/*",
  "/sessions/*",
  "/wall",
  "/settings",
  "/settings/*",
];

/**
 * Scripts and connections are this server's alone. Styles may be written into the page, as Mantine does
 * for its theme; `blob:` is a picture that somebody is about to send.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** @param folder where the built app lies; without it a page says how to build it. */
export async function registerWebApp(app: FastifyInstance, folder: string): Promise<void> {
  const index = path.join(folder, "index.html");
  const hide = { schema: { hide: true } } as const;
  if (!existsSync(index)) {
    for (const url of PAGES) app.get(url, hide, (_request, reply) => sendPage(reply, NOT_BUILT));
    return;
  }
  const page = readFileSync(index, "utf8");
  for (const url of PAGES) {
    app.get(url, hide, async (_request, reply) => {
      reply.header("content-security-policy", POLICY).header("cache-control", "no-cache");
      return reply.type("text/html; charset=utf-8").send(page);
    });
  }
  await app.register(fastifyStatic, {
    root: folder,
    wildcard: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    globIgnore: ["index.html", ".vite/**", "**/*.{br,gz}"],
    setHeaders: (reply, file) => {
      const isHashed = file.includes(`${path.sep}assets${path.sep}`);
      reply.header(
        "cache-control",
        isHashed ? "public, max-age=31536000, immutable" : "public, max-age=300",
      );
    },
  });
}

const NOT_BUILT = {
  title: "Punctual",
  body: `<h1>Punctual</h1>
<p>This is a Punctual server, and it is running, but its web app has not been built. <code>npm start</code> builds
it; start the server by that.</p>
<p><a href="/api/docs/">Documentation of the API</a></p>`,
};
