/**
 * For machines that watch this one: `/healthz` (the process answers), `/readyz` (it can do its work, or
 * says what is missing), `/metrics` (Prometheus text). None of them needs a login; `/metrics` asks
 * for a token where one is configured.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { PunctualError, problemOf } from "@punctual/contract";
import type { FastifyInstance } from "fastify";
import { after } from "../platform/clock.ts";
import type { Metrics } from "../platform/metrics.ts";

export interface HealthOptions {
  readonly metrics: Pick<Metrics, "render">;
  /**
   * What must hold before traffic may come, by name. Each rejects, or takes too long, when it doesn't.
   */
  readonly checks: Readonly<Record<string, () => Promise<void>>>;
  readonly metricsToken: string | null;
  /** How long a check may take. */
  readonly checkMs?: number;
}

const CHECK_MS = 2_000;

/** Registers the three routes. */
export function registerHealth(app: FastifyInstance, options: HealthOptions): void {
  const quiet = { logLevel: "silent" as const, schema: { hide: true } };

  app.get("/healthz", quiet, () => ({ status: "ok" }));

  app.get("/readyz", quiet, async (_request, reply) => {
    const checks = await runChecks(options);
    const ready = Object.values(checks).every((result) => result === "ok");
    return await reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send({ status: ready ? "ready" : "not ready", checks });
  });

  app.get("/metrics", quiet, async ({ headers }, reply) => {
    const { metricsToken } = options;
    if (metricsToken !== null && !isBearer(headers.authorization, metricsToken)) {
      const problem = problemOf(new PunctualError("not_authenticated", "Send METRICS_TOKEN."));
      return await reply.code(problem.status).type("application/problem+json").send(problem);
    }
    const { contentType, text } = await options.metrics.render();
    return await reply.type(contentType).send(text);
  });
}

async function runChecks({ checks, checkMs = CHECK_MS }: HealthOptions) {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await runCheck(check, checkMs)]),
  );
  return Object.fromEntries(results) as Record<string, string>;
}

async function runCheck(check: () => Promise<void>, checkMs: number): Promise<string> {
  const late = Promise.withResolvers<string>();
  const cancel = after(checkMs, () => late.resolve("no answer in time"));
  const result = check().then(
    () => "ok",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  try {
    return await Promise.race([result, late.promise]);
  } finally {
    cancel();
  }
}

function isBearer(header: string | undefined, token: string): boolean {
  return timingSafeEqual(digest(header ?? ""), digest(`Bearer ${token}`));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
