/** Calls of the server's API. The login is a cookie; a refusal is a problem document (RFC 9457). */
import type { ProblemDocument } from "@punctual/contract";
import type { z } from "zod";
import { currentLanguage } from "../i18n/language.ts";

type Problem = z.infer<typeof ProblemDocument>;

/** What the server refused, with its stable code; or `unreachable`. */
export class ApiProblem extends Error {
  readonly code: string;
  readonly status: number;
  /** Which fields, and what is wrong with them. */
  readonly errors: readonly { readonly path: string; readonly message: string }[];

  constructor({ code, status, title, detail, errors }: Partial<Problem>) {
    super([title, detail].filter(Boolean).join(" "));
    this.name = "ApiProblem";
    this.code = code ?? "internal";
    this.status = status ?? 0;
    this.errors = errors ?? [];
  }
}

export interface CallOptions {
  readonly body?: unknown;
  /** Makes a repeated call harmless: the same key answers with the same message. */
  readonly idempotencyKey?: string;
  readonly signal?: AbortSignal;
}

/**
 * Calls `METHOD /path`, below `/api/v1` unless the path begins with `/api/`.
 *
 * @throws {ApiProblem} when the server refuses or can't be reached
 */
export async function call<Answer>(route: string, options: CallOptions = {}): Promise<Answer> {
  const [method = "GET", path = ""] = route.split(" ", 2);
  const { body, idempotencyKey, signal } = options;
  const response = await reach(path.startsWith("/api/") ? path : `/api/v1${path}`, {
    method,
    headers: {
      accept: "application/json",
      "accept-language": currentLanguage(),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  const answer = parse(text);
  if (response.ok) return answer as Answer;
  throw new ApiProblem({ status: response.status, ...(answer as Partial<Problem>) });
}

async function reach(path: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(path, request);
  } catch (error) {
    if (request.signal?.aborted) throw error;
    throw new ApiProblem({ code: "unreachable", title: "The server can't be reached." });
  }
}

function parse(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return { title: "The server's answer can't be read." };
  }
}

/** Path and query; values that are undefined or null are left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | boolean | null | undefined>>,
): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== null);
  const params = new URLSearchParams(given.map(([key, value]) => [key, String(value)]));
  return params.size === 0 ? path : `${path}?${params}`;
}
