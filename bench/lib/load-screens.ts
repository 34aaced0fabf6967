/**
 * Agents' screens: a process of its own that holds live connections, takes down when each message came to
 * each of them, and at the end says how long that took.
 */
import { once } from "node:events";
import { WebSocket } from "ws";
import { NUMBER_DIGITS } from "./load-plan.ts";

export interface ScreensPlan {
  readonly url: string;
  /** API tokens of members, and how many sockets each opens. */
  readonly tokens: readonly string[];
  readonly socketsEach: number;
}

/** When messages were sent: the first at `beganAt` (epoch ms), then so many a second. */
export interface ScreensQuestion {
  readonly beganAt: number;
  readonly perSecond: number;
}

export interface ScreensReport {
  /** Messages shown, counted on every screen. */
  readonly shown: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** Pairs of a message's number in its plan and when it came, epoch ms. */
let arrivals: number[] = [];

process.on("message", (message: ScreensPlan | ScreensQuestion | "forget") => {
  if (message === "forget") arrivals = [];
  else if ("beganAt" in message) process.send?.(report(message));
  else void open(message);
});

async function open({ url, tokens, socketsEach }: ScreensPlan): Promise<void> {
  const target = new URL("/api/v1/events", url.replace(/^http/, "ws"));
  for (const token of tokens) {
    const sockets = Array.from({ length: socketsEach }, () => {
      const headers = { authorization: `Bearer ${token}` };
      return new WebSocket(target, { headers, perMessageDeflate: false });
    });
    await Promise.all(sockets.map((socket) => once(socket, "message")));
    for (const socket of sockets) socket.on("message", note);
  }
  process.send?.("ready");
}

const MARK = Buffer.from('"externalId":"wamid.');
/** The run in hexadecimal, then the number. */
const RUN_DIGITS = 32;

function note(frame: Buffer): void {
  const at = performance.timeOrigin + performance.now();
  for (let from = frame.indexOf(MARK); from !== -1; from = frame.indexOf(MARK, from)) {
    from += MARK.length + RUN_DIGITS;
    arrivals.push(Number(frame.toString("latin1", from, from + NUMBER_DIGITS)), at);
  }
}

function report({ beganAt, perSecond }: ScreensQuestion): ScreensReport {
  const tookMs = new Float64Array(arrivals.length / 2);
  for (let index = 0; index < tookMs.length; index++) {
    const [number = 0, at = 0] = arrivals.slice(index * 2, index * 2 + 2);
    tookMs[index] = at - beganAt - (number / perSecond) * 1_000;
  }
  tookMs.sort();
  const quantile = (share: number) =>
    tookMs[Math.min(tookMs.length - 1, Math.floor(tookMs.length * share))] ?? 0;
  return {
    shown: tookMs.length,
    latencyMs: { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1) },
  };
}
