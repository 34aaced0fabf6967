import type { Queryable } from "../../apps/server/src/platform/database.ts";
import type { Witness } from "../witness.ts";
import { type Finding, when } from "./finding.ts";
import type { SeenMessage } from "./rows.ts";

/** clock.md §9.8: what we acknowledged is stored, and nothing is stored twice. */
export class Stored {
  readonly #witness: Witness;
  /** Channel and external id → our id, and when its commit was seen. */
  readonly #known = new Map<string, { readonly id: string; readonly at: number }>();
  #seen = 0;

  constructor(witness: Witness) {
    this.#witness = witness;
  }

  /** Takes in a session's messages; gives those that were stored before under another id. */
  note(channelId: string, messages: readonly SeenMessage[], now: number): readonly Finding[] {
    return messages.flatMap(({ id, external_id }) => {
      if (external_id === null) return [];
      const key = `${channelId} ${external_id}`;
      const before = this.#known.get(key);
      if (before === undefined) this.#known.set(key, { id, at: now });
      const isTwice = before !== undefined && before.id !== id;
      return when("§9.8", isTwice, `${external_id} is stored twice`);
    });
  }

  /** What the provider was told that we have since the last call, and have not. */
  judge(): readonly Finding[] {
    const { acknowledged } = this.#witness;
    const missing = acknowledged.slice(this.#seen).filter(({ channelId, externalId, at }) => {
      const stored = this.#known.get(`${channelId} ${externalId}`);
      return stored === undefined || stored.at > at;
    });
    this.#seen = acknowledged.length;
    return missing.flatMap(({ externalId }) =>
      when("§9.8", true, `${externalId} was acknowledged and not stored`),
    );
  }

  /** The same for everything that was ever acknowledged, as the database has it in the end. */
  async judgeAll(observer: Queryable): Promise<readonly Finding[]> {
    const ids = this.#witness.acknowledged.map(({ externalId }) => externalId);
    const rows = await observer.query<{ external_id: string; stored: number }>(
      `select external_id, count(*)::int as stored from messages
       where external_id = any($1) group by channel_id, external_id`,
      [ids],
    );
    const stored = new Map(rows.map((row) => [row.external_id, row.stored]));
    return [...new Set(ids)].flatMap((id) => [
      ...when("§9.8", !stored.has(id), `${id} was acknowledged and is not stored in the end`),
      ...when("§9.8", (stored.get(id) ?? 0) > 1, `${id} is stored twice`),
    ]);
  }
}
