import { createHash } from "node:crypto";
import { PunctualError } from "@punctual/contract";
import { elapsedMs, sleep } from "../platform/clock.ts";
import { newId } from "../platform/ids.ts";
import {
  answerIdempotencyKey,
  claimIdempotencyKey,
  type IdempotencyKey,
  readIdempotencyKey,
  releaseIdempotencyKey,
  type StoredRequest,
  takeOverIdempotencyKey,
} from "../store/idempotency.ts";
import type { Deps } from "./deps.ts";

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface OnceRequest extends IdempotencyKey {
  /** What makes two requests the same: everything but the key. */
  readonly request: unknown;
  /** Does the work. What it creates has this id, so that it can be found again. */
  readonly work: (resultId: string) => Promise<Answer>;
  /** The answer to work that was committed earlier under this id; `null`: it wasn't. */
  readonly recall: (resultId: string) => Promise<Answer | null>;
}

const MAX_KEY_LENGTH = 255;
const WAIT_MS = 15_000;
const POLL_MS = 50;
/** A claim unanswered for so long belongs to a node that died: requests end sooner. */
const ABANDONED_MS = 60_000;

/**
 * Does a request once, however often it arrives with the same key within 24 hours: the others get the
 * first one's answer, also while it is still at work. A refused request leaves the key free.
 *
 * Throws `idempotency_key_invalid`, `idempotency_key_reused` when the key came with something else,
 * and what `work` throws.
 */
export async function doOnce(deps: Pick<Deps, "db">, request: OnceRequest): Promise<Answer> {
  requireValid(request.key);
  const requestHash = createHash("sha256").update(JSON.stringify(request.request)).digest();
  const giveUpAt = elapsedMs() + WAIT_MS;
  for (;;) {
    const resultId = newId();
    const claimed = await deps.db.transaction((tx) =>
      claimIdempotencyKey(tx, request, requestHash, resultId),
    );
    if (claimed) return await workAndAnswer(deps, request, resultId);
    const answer = await answerOfOther(deps, request, requestHash);
    if (answer !== null) return answer;
    if (elapsedMs() > giveUpAt) throw new PunctualError("unavailable");
    await sleep(POLL_MS);
  }
}

/** Visible ASCII, as RFC 9110 allows in a header. */
function requireValid(key: string): void {
  if (key.length <= MAX_KEY_LENGTH && /^[\x21-\x7e]+$/.test(key)) return;
  throw new PunctualError(
    "idempotency_key_invalid",
    `Use 1 to ${MAX_KEY_LENGTH} visible ASCII characters, such as a UUID.`,
  );
}

async function workAndAnswer(
  deps: Pick<Deps, "db">,
  request: OnceRequest,
  resultId: string,
): Promise<Answer> {
  let answer: Answer;
  try {
    answer = await request.work(resultId);
  } catch (error) {
    // A refusal changed nothing. After any other error the commit may have happened: the claim stays,
    // and whoever takes it over finds out by the result's id.
    if (error instanceof PunctualError) await releaseIdempotencyKey(deps.db, request);
    throw error;
  }
  await answerIdempotencyKey(deps.db, request, answer.status, answer.body);
  return answer;
}

/** The answer of whoever holds the key, `null` while there is none. */
async function answerOfOther(
  deps: Pick<Deps, "db">,
  request: OnceRequest,
  requestHash: Buffer,
): Promise<Answer | null> {
  const stored = await readIdempotencyKey(deps.db, request);
  if (stored === null) return null;
  if (!stored.requestHash.equals(requestHash)) throw new PunctualError("idempotency_key_reused");
  if (stored.status !== 0) return { status: stored.status, body: stored.response };
  if (stored.ageMs < ABANDONED_MS) return null;
  if (!(await takeOverIdempotencyKey(deps.db, request, ABANDONED_MS))) return null;
  const resultId = resultIdOf(stored);
  const recalled = await request.recall(resultId);
  if (recalled === null) return await workAndAnswer(deps, request, resultId);
  await answerIdempotencyKey(deps.db, request, recalled.status, recalled.body);
  return recalled;
}

function resultIdOf({ response }: StoredRequest): string {
  const id = Object(response).resultId;
  if (typeof id !== "string") throw new Error("an open claim names its result");
  return id;
}
