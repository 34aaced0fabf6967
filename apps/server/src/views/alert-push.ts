import type { DueDelivery } from "../store/claim-deliveries.ts";
import { type AlertAbout, alertSentence, alertTitle } from "./alert-text.ts";
import { timestamp } from "./timestamp.ts";

/** How long a push service keeps what has no deadline. */
const KEPT_S = 12 * 3_600;
const LEAST_S = 60;

/** A delivery → a push as service workers get it (docs/alerts.md), to show or to close a notification. */
export function alertPush(due: DueDelivery): {
  readonly payload: string;
  readonly ttlSeconds: number;
  readonly topic: string;
  readonly urgency: "normal" | "high";
} {
  const { notificationId: id, replyDueAt, now } = due;
  // Of one that never arrived, only the later of the two stays: nothing to show, nothing to close.
  const topic = id.replaceAll("-", "");
  if (due.act === "close") {
    const payload = JSON.stringify({ version: 1, act: "close", id });
    return { payload, ttlSeconds: KEPT_S, topic, urgency: "normal" };
  }
  const leftMs = replyDueAt === null || replyDueAt <= now ? null : replyDueAt - now;
  return {
    payload: JSON.stringify({ version: 1, act: "show", id, ...shown(due) }),
    ttlSeconds: leftMs === null ? KEPT_S : Math.max(LEAST_S, Math.ceil(leftMs / 1_000)),
    topic,
    urgency: "high",
  };
}

const MAX_CONTACT = 100;

function shown(due: DueDelivery) {
  const about: AlertAbout = { ...due, contact: due.contact?.slice(0, MAX_CONTACT) ?? null };
  return {
    kind: due.kind,
    sessionId: due.sessionId,
    title: alertTitle(about),
    body: alertSentence(about),
    url: `/sessions/${due.sessionId}`,
    replyDueAt: timestamp(due.replyDueAt),
    createdAt: timestamp(due.createdAt),
  };
}
