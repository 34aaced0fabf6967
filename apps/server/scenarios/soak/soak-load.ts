/**
 * What a business lives through, at a steady rate and in real time: customers write, agents see it on
 * their screens and answer soon, late or never, connections break, settings are saved. Deadlines fire
 * all along, since the settings are a minute or two.
 */
import type { EmulatorClient } from "@punctual/whatsapp-emulator";
import type { CrashBusiness, CrashMember } from "../../src/testkit/crash-business.ts";
import { type SeededRandom, seededRandom } from "../../src/testkit/crash-random.ts";
import { openSoakScreen, type ScreenEvent, type SoakScreen } from "./soak-screen.ts";

export interface SoakLoad {
  /** The wamids of everything customers wrote. */
  readonly written: ReadonlySet<string>;
  /** Ids of the events that the supervisor's screen was told of, with how often. */
  readonly seenEvents: ReadonlyMap<number, number>;
  /** Answers of the API that nobody should get. */
  readonly wrongAnswers: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  resyncs(): number;
  /** No customer writes any more; agents go on answering. */
  quieten(): void;
  stop(): Promise<void>;
}

export interface SoakLoadOptions {
  readonly url: string;
  readonly whatsapp: EmulatorClient;
  readonly business: CrashBusiness;
  /** Customers' messages a second. */
  readonly rate: number;
  readonly seed: number;
}

const TICK_MS = 20;
const CUT_EVERY_MS = 20_000;
const SAVE_EVERY_MS = 240_000;
/** So many talk within the two minutes or so that a session lives. */
const CUSTOMERS_PER_RATE = 120;

/** Adds the customers, brings the agents online, and begins. */
export async function startSoakLoad(options: SoakLoadOptions): Promise<SoakLoad> {
  const run = await prepare(options);
  const { random, screens } = run;
  const customers = everyTick(options.rate, () => write(run));
  const timers = [
    setInterval(() => random.pick(screens).cut(), CUT_EVERY_MS),
    setInterval(() => void saveSettings(run), SAVE_EVERY_MS),
  ];
  return {
    ...run,
    resyncs: () => screens.reduce((sum, screen) => sum + screen.resyncs(), 0),
    quieten: () => clearInterval(customers),
    stop: async () => {
      for (const timer of [customers, ...timers, ...run.planned.values()]) clearInterval(timer);
      while (run.underWay > 0) await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      for (const screen of screens) screen.close();
    },
  };
}

interface Run extends SoakLoadOptions {
  readonly random: SeededRandom;
  readonly screens: SoakScreen[];
  readonly customerCount: number;
  readonly written: Set<string>;
  readonly seenEvents: Map<number, number>;
  readonly wrongAnswers: string[];
  readonly counts: Record<string, number>;
  /** What an agent is going to do, by session and wait. */
  readonly planned: Map<string, NodeJS.Timeout>;
  readonly assignees: Map<string, string>;
  underWay: number;
}

async function prepare(options: SoakLoadOptions): Promise<Run> {
  const { business, rate, seed, url, whatsapp } = options;
  const run: Run = {
    ...options,
    random: seededRandom(seed),
    screens: [],
    customerCount: rate * CUSTOMERS_PER_RATE,
    written: new Set(),
    seenEvents: new Map(),
    wrongAnswers: [],
    counts: {},
    planned: new Map(),
    assignees: new Map(),
    underWay: 0,
  };
  for (let index = 0; index < run.customerCount; index++) {
    const phone = String(16_505_000_000 + index);
    await whatsapp.addCustomer({ id: `c${index}`, name: `Customer ${index}`, phone });
  }
  for (const agent of business.agents) {
    run.screens.push(await openSoakScreen(url, agent.token, null));
    await call(run, agent, "PUT /me/status", { status: "available" });
  }
  const watch = (events: readonly ScreenEvent[]) => look(run, events);
  run.screens.push(await openSoakScreen(url, business.supervisor.token, watch));
  return run;
}

/** Makes up for ticks that came late, so that the rate holds. */
function everyTick(rate: number, act: () => void): NodeJS.Timeout {
  const began = performance.now();
  let done = 0;
  return setInterval(() => {
    const wanted = Math.floor(((performance.now() - began) / 1_000) * rate);
    for (; done < wanted; done++) act();
  }, TICK_MS);
}

function write(run: Run): void {
  const { random, whatsapp, written, customerCount } = run;
  const text = `message ${run.counts.messages ?? 0}`;
  count(run, "messages");
  void tracked(run, async () => {
    const sent = await whatsapp.write(`c${random.below(customerCount)}`, { type: "text", text });
    written.add(sent.messageId);
  });
}

interface SessionEvent {
  readonly session?: {
    readonly id: string;
    readonly state: string;
    readonly assigneeId: string | null;
    readonly wait: { readonly number: number } | null;
  };
}

/** The supervisor's eyes, which see every session: a customer who waits gets a plan, once for each wait. */
function look(run: Run, events: readonly ScreenEvent[]): void {
  for (const { id, payload } of events) {
    run.seenEvents.set(id, (run.seenEvents.get(id) ?? 0) + 1);
    const { session } = Object(payload) as SessionEvent;
    if (session === undefined) continue;
    const { wait, assigneeId } = session;
    if (session.state === "closed") run.assignees.delete(session.id);
    else if (assigneeId !== null) run.assignees.set(session.id, assigneeId);
    if (wait !== null && session.state !== "closed") plan(run, session.id, wait.number);
  }
}

function plan(run: Run, sessionId: string, wait: number): void {
  const key = `${sessionId}/${wait}`;
  if (run.planned.has(key)) return;
  const { random } = run;
  const delayMs = random.pick(DELAYS_MS) * (0.2 + random.below(1_000) / 1_250);
  const route = random.chance(0.04) ? "no-reply-needed" : random.pick(ACTS);
  run.planned.set(key, later(run, sessionId, route, delayMs));
  // Its number won't come again soon: a session that lives on has moved to a later wait.
  setTimeout(() => run.planned.delete(key), delayMs + 60_000).unref();
}

/** Most answer at once; some so late that the session was given on, was warned of, is overdue. */
const DELAYS_MS = [4_000, 4_000, 8_000, 8_000, 15_000, 15_000, 30_000, 70_000, 100_000, 150_000];
const ACTS = [...Array<string>(18).fill("messages"), "note", "close"];

async function act(run: Run, sessionId: string, route: string): Promise<void> {
  const { agents } = run.business;
  const assignee = run.assignees.get(sessionId);
  const agent = agents.find(({ id }) => id === assignee) ?? agents[0];
  if (agent === undefined) return;
  const path = `/sessions/${sessionId}`;
  if (route === "note") {
    await call(run, agent, `POST ${path}/notes`, { text: "Called them" });
  }
  const isReply = route === "messages" || route === "note";
  const body = isReply ? { type: "text", text: "Here it is" } : undefined;
  count(run, isReply ? "replies" : route);
  const { status } = await call(run, agent, `POST ${path}/${isReply ? "messages" : route}`, body);
  // Given to somebody else a moment ago: whoever has it now answers.
  if (TAKEN_OVER.includes(status)) later(run, sessionId, "messages", TAKEN_OVER_MS);
}

/** Who doesn't hold a session any more may not act on it, or sees it no longer. */
const TAKEN_OVER = [403, 404];
const TAKEN_OVER_MS = 2_000;

function later(run: Run, sessionId: string, route: string, delayMs: number): NodeJS.Timeout {
  return setTimeout(() => void tracked(run, () => act(run, sessionId, route)), delayMs);
}

/** Between a limit of two minutes and of three, for all open sessions. */
async function saveSettings(run: Run): Promise<void> {
  const { admin } = run.business;
  count(run, "settings saved");
  await tracked(run, async () => {
    const { body } = await call(run, admin, "GET /settings/clock");
    const { closure, reassign, reply } = Object(body);
    const limitMinutes = reply.limitMinutes === 2 ? 3 : 2;
    await call(run, admin, "PUT /settings/clock", {
      ...{ closure, reassign, reply: { ...reply, limitMinutes }, applyTo: "all" },
    });
  });
}

async function call(run: Run, member: CrashMember, route: string, body?: unknown) {
  const [method = "GET", path = ""] = route.split(" ");
  const json = body === undefined ? {} : { "content-type": "application/json" };
  const response = await fetch(`${run.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${member.token}`, ...json },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer: unknown = await response.json();
  if (!response.ok && !(isAct(route) && LATE.includes(response.status))) {
    run.wrongAnswers.push(`${route}: ${response.status} ${JSON.stringify(answer)}`);
  }
  return { status: response.status, body: answer };
}

/** Whoever is late finds the session closed, answered, or held by somebody else by now. */
const LATE = [...TAKEN_OVER, 409];

function isAct(route: string): boolean {
  return route.startsWith("POST /sessions/");
}

async function tracked(run: Run, work: () => Promise<void>): Promise<void> {
  run.underWay += 1;
  try {
    await work();
  } catch (error) {
    run.wrongAnswers.push(String(error));
  } finally {
    run.underWay -= 1;
  }
}

function count(run: Run, what: string): void {
  run.counts[what] = (run.counts[what] ?? 0) + 1;
}
