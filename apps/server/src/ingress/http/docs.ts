/**
 * The API's documentation, made from the routes' schemas: the OpenAPI document, a page to read it
 * and try it on, and a page of error codes. Everything is served from here, nothing from elsewhere.
 */
import { ERRORS } from "@punctual/contract";
import Fastify, { type FastifyInstance } from "fastify";
import { escapeHtml, sendPage } from "./html.ts";

/** Serves `/api/openapi.json` and the pages under `/api/docs`. */
export function registerDocs(app: FastifyInstance): void {
  app.get("/api/openapi.json", { schema: { hide: true } }, async () => app.swagger());
  app.get("/api/docs/errors", { schema: { hide: true } }, async (_request, reply) =>
    sendPage(reply, { title: "Errors of the Punctual API", body: errorsBody() }),
  );
  const reference = referencePage();
  for (const url of ["/api/docs", "/api/docs/", "/api/docs/js/scalar.js"]) {
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const page = await (await reference()).inject({ url: request.url });
      const { "content-type": type, location } = page.headers;
      if (location !== undefined) return reply.redirect("/api/docs/", 301);
      return reply
        .code(page.statusCode)
        .header("content-type", type)
        .header("content-security-policy", REFERENCE_POLICY)
        .send(page.rawPayload);
    });
  }
}

/** The reference draws itself with styles and code made in the page, from this server alone. */
const REFERENCE_POLICY = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-ancestors 'none'",
].join("; ");

/**
 * The reference page's package holds several megabytes of script in memory, so it is loaded when
 * somebody first opens the page, in a little app of its own.
 */
function referencePage(): () => Promise<FastifyInstance> {
  let loading: Promise<FastifyInstance> | undefined;
  const load = async () => {
    const { default: scalar } = await import("@scalar/fastify-api-reference");
    const page = Fastify();
    await page.register(scalar, {
      routePrefix: "/api/docs",
      configuration: {
        url: "/api/openapi.json",
        pageTitle: "Punctual API",
        withDefaultFonts: false,
        telemetry: false,
        hideClientButton: true,
        showDeveloperTools: "never",
        agent: { disabled: true },
        mcp: { disabled: true },
      },
    });
    return page;
  };
  return () => {
    loading ??= load();
    return loading;
  };
}

function errorsBody(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { status, title }]) =>
      `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escapeHtml(title)}</td></tr>`,
  );
  return `<h1>Errors</h1>
<p>Every error is a problem document (RFC 9457, <code>application/problem+json</code>). Switch on
<code>code</code>: codes are stable, sentences may be reworded.</p>
<table><thead><tr><th>code</th><th>status</th><th>meaning</th></tr></thead>
<tbody>${rows.join("\n")}</tbody></table>`;
}
