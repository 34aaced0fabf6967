import type { EmulatorClient } from "@punctual/whatsapp-emulator";
import type { Database, Queryable, Row } from "../../src/platform/database.ts";
import { auditCrash } from "../../src/testkit/crash-audit.ts";
import { findBrokenRules } from "../../src/testkit/journey-never.ts";
import type { SoakLoad } from "./soak-load.ts";
import type { SoakSample } from "./soak-samples.ts";
import { type Point, theilSen } from "./theil-sen.ts";

/** A promise, whether it was kept, and the figures it was judged by. */
export interface Finding {
  readonly promise: string;
  readonly kept: boolean;
  readonly figures: string;
  /** At most ten of what broke it. */
  readonly broken: readonly string[];
}

/** Growth that counts as none, MB (10⁶ bytes) an hour, and memory in all. */
const LIVE_HEAP_MB_PER_HOUR = 5;
const RESIDENT_MB_PER_HOUR = 25;
const RESIDENT_MB = 350;
/** A shorter run says nothing about growth: caches and pools are still filling. */
const SHORTEST_FOR_GROWTH_MINUTES = 20;
/** Of the run, at the most 15 minutes. */
const WARM_UP = { share: 0.25, mostMinutes: 15 };

/** What must hold of the rows and the customers' phones, the server at rest (clock.md §9). */
export async function judgeRows(
  db: Database,
  whatsapp: EmulatorClient,
  load: SoakLoad,
): Promise<readonly Finding[]> {
  const { written } = load;
  const stored = await db.query<{ id: string }>(
    "select external_id as id from messages where kind = 'inbound'",
  );
  const known = new Set(stored.map(({ id }) => id));
  const references = await sentReferences(whatsapp);
  const ours = await db.query<{ id: string }>(
    `select id from messages where kind in ('agent', 'automatic')
       and delivery in ('sent', 'delivered', 'read')`,
  );
  const recorded = new Set(ours.map(({ id }) => id));
  const distinct = new Set(references);
  return [
    finding(
      "every message of a customer is stored, once",
      `${written.size} written, ${stored.length} stored`,
      [
        ...[...written].filter((id) => !known.has(id)).map((id) => `lost: ${id}`),
        ...(stored.length === known.size ? [] : ["one is stored twice"]),
      ],
    ),
    finding(
      "every message to a customer arrives, once",
      `${references.length} arrived, ${ours.length} recorded as sent`,
      [
        ...doubled(references).map((id) => `twice: ${id}`),
        ...[...recorded].filter((id) => !distinct.has(id)).map((id) => `never arrived: ${id}`),
        ...[...distinct].filter((id) => !recorded.has(id)).map((id) => `not recorded: ${id}`),
      ],
    ),
    finding("the rules of clock.md §9 hold", "by the rows", await findBrokenRules(db)),
    finding("nothing is left to repair", "by the rows", await auditCrash(db)),
    await judgeEvents(db, load),
  ];
}

async function sentReferences(whatsapp: EmulatorClient): Promise<readonly string[]> {
  const references: string[] = [];
  for (const { id } of await whatsapp.customers()) {
    for (const { reference } of await whatsapp.sent(id)) references.push(String(reference));
  }
  return references;
}

/** A supervisor's screen was told of each event once, through all its disconnections. */
async function judgeEvents(db: Queryable, { seenEvents, resyncs }: SoakLoad): Promise<Finding> {
  const rows = await db.query<{ id: number }>(
    "select id from events where member_id is null and id >= $1",
    [Math.min(...seenEvents.keys())],
  );
  const broken = [
    ...rows.filter(({ id }) => !seenEvents.has(id)).map(({ id }) => `never told: ${id}`),
    ...[...seenEvents].filter(([, times]) => times > 1).map(([id]) => `told twice: ${id}`),
  ];
  const figures = `${rows.length} events, ${resyncs()} times told to load afresh`;
  return finding("a screen is told of each event once", figures, broken);
}

/** Lateness of each deadline (clock.md §6), ms. */
export interface Lateness extends Row {
  readonly kind: string;
  readonly fired: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export async function readLateness(db: Queryable): Promise<readonly Lateness[]> {
  return await db.query<Lateness>(
    `select kind, count(*) as fired,
       percentile_disc(0.5) within group (order by late) as p50,
       percentile_disc(0.99) within group (order by late) as p99, max(late) as max
     from (select kind, (explanation->'deadline'->>'latenessMs')::bigint as late from timeline
       where explanation->'deadline' is not null and kind <> 'breachRecorded') as fired
     group by kind order by kind`,
  );
}

/** Whether memory is flat after the warm-up, and small. */
export function judgeMemory(
  samples: readonly SoakSample[],
  liveHeap: readonly Point[],
): readonly Finding[] {
  const minutes = samples.at(-1)?.minute ?? 0;
  const from = Math.min(WARM_UP.share * minutes, WARM_UP.mostMinutes);
  const peak = Math.max(...samples.map(({ residentMb }) => residentMb));
  const small = finding(
    "memory stays small",
    `resident at most ${peak.toFixed(0)} MB; limit ${RESIDENT_MB}`,
    peak <= RESIDENT_MB ? [] : [`${peak.toFixed(0)} MB`],
  );
  if (minutes < SHORTEST_FOR_GROWTH_MINUTES) return [small];
  const warm = (points: readonly Point[]) => points.filter(({ x }) => x >= from);
  return [
    small,
    growth("what is live on the heap", warm(liveHeap), LIVE_HEAP_MB_PER_HOUR),
    growth("resident memory", warm(leastPerMinute(samples)), RESIDENT_MB_PER_HOUR),
  ];
}

function leastPerMinute(samples: readonly SoakSample[]): readonly Point[] {
  const minutes = Map.groupBy(samples, ({ minute }) => Math.floor(minute));
  return [...minutes].map(([x, some]) => ({
    x,
    y: Math.min(...some.map(({ residentMb }) => residentMb)),
  }));
}

function growth(what: string, points: readonly Point[], limit: number): Finding {
  const perHour = theilSen(points) * 60;
  return finding(
    `${what} doesn't grow`,
    `${perHour.toFixed(1)} MB an hour over ${points.length} readings; limit ${limit}`,
    perHour <= limit ? [] : [`${perHour.toFixed(1)} MB an hour`],
  );
}

/** A finding, kept when nothing broke it. */
export function finding(promise: string, figures: string, broken: readonly string[]): Finding {
  return { promise, kept: broken.length === 0, figures, broken: broken.slice(0, 10) };
}

function doubled(all: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return all.filter((each) => seen.size === seen.add(each).size);
}
