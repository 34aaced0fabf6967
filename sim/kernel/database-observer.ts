import pg from "pg";
import { setvalCall } from "./wire.ts";

/** The simulator's own look into PostgreSQL, and its hand on the clock. No part of the simulation. */
export class DatabaseObserver {
  readonly #url: string;
  #client: pg.Client | null = null;
  #clock = 0;
  #clockOid: number | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  /** After a crash of the server: connects again. */
  reset(): void {
    const old = this.#client;
    this.#client = null;
    this.#clock = 0;
    old?.end().catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#client?.end();
    this.#client = null;
  }

  /** What sets the clock before the next statement of whoever sends it; `null`: it is right. */
  async clockCall(now: number): Promise<Buffer | null> {
    if (now === this.#clock) return null;
    this.#clockOid ??= await this.#readClockOid();
    this.#clock = now;
    return setvalCall(this.#clockOid, now);
  }

  async #readClockOid(): Promise<number> {
    const [row] = await this.#rows<{ oid: number }>(
      "clock oid",
      "select 'sim_clock'::regclass::oid::int as oid",
      [],
    );
    return row?.oid ?? 0;
  }

  /** Sets what `now_ms()` says. */
  async setClock(now: number): Promise<void> {
    if (now === this.#clock) return;
    await this.#rows("clock", "select setval('sim_clock', $1)", [now]);
    this.#clock = now;
  }

  async isBlocked(pid: number): Promise<boolean> {
    return (await this.#blockers([pid])).length > 0;
  }

  /** Which of these processes wait for no lock. */
  async unblockedAmong(pids: readonly number[]): Promise<ReadonlySet<number>> {
    const blocked = new Set((await this.#blockers(pids)).map(({ pid }) => pid));
    return new Set(pids.filter((pid) => !blocked.has(pid)));
  }

  /** Whether the process waits, over any number of others, for itself. */
  async isDeadlocked(pid: number, waiting: readonly number[]): Promise<boolean> {
    const blockers = new Map(
      (await this.#blockers(waiting)).map((row) => [row.pid, row.by] as const),
    );
    const reached = new Set<number>();
    const open = [...(blockers.get(pid) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (next === pid) return true;
      if (reached.has(next)) continue;
      reached.add(next);
      open.push(...(blockers.get(next) ?? []));
    }
    return false;
  }

  async #blockers(pids: readonly number[]): Promise<{ pid: number; by: number[] }[]> {
    return await this.#rows(
      "blockers",
      `select pid, by from unnest($1::int[]) as pid, pg_blocking_pids(pid) as by
       where cardinality(by) > 0`,
      [pids],
    );
  }

  async #rows<R extends pg.QueryResultRow>(name: string, text: string, values: unknown[]) {
    this.#client ??= await this.#connect();
    return (await this.#client.query<R>({ name, text, values })).rows;
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({ connectionString: this.#url });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }
}
