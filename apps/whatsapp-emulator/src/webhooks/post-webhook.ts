import http from "node:http";
import https from "node:https";
import { performance } from "node:perf_hooks";

/** What came back: an HTTP status with the beginning of the body, or the reason why nothing did. */
export type WebhookAnswer = {
  readonly status: number | null;
  readonly text: string;
  readonly error: string | null;
  readonly durationMs: number;
};

export interface WebhookAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** Connections that are kept open between webhooks. How many are busy is bounded by the caller. */
export function createWebhookAgents(): WebhookAgents {
  const options = { keepAlive: true, scheduling: "lifo" } as const;
  return { http: new http.Agent(options), https: new https.Agent(options) };
}

interface WebhookCall {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
  readonly timeoutMs: number;
}

/** Calls the business's webhook and reads at most 2,000 characters of the answer. Never rejects. */
export function postWebhook(agents: WebhookAgents, call: WebhookCall): Promise<WebhookAnswer> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const finish = (status: number | null, text: string, error: string | null) =>
      resolve({ status, text, error, durationMs: Math.round(performance.now() - startedAt) });
    const secure = call.url.startsWith("https:");
    const request = (secure ? https : http).request(call.url, {
      method: call.method,
      agent: secure ? agents.https : agents.http,
      headers: {
        "user-agent": "facebookexternalua",
        accept: "*/*",
        ...call.headers,
        ...(call.body === null ? {} : { "content-length": String(call.body.length) }),
      },
      signal: AbortSignal.timeout(call.timeoutMs),
    });
    request.on("error", (error) => finish(null, "", error.message));
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        if (text.length < 2_000) text += chunk.slice(0, 2_000 - text.length);
      });
      response.on("error", (error) => finish(null, text, error.message));
      response.on("end", () => finish(response.statusCode ?? null, text, null));
    });
    request.end(call.body ?? undefined);
  });
}
