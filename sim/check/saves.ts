import type { Queryable } from "../../apps/server/src/platform/database.ts";
import type { SimViolation } from "../checker.ts";
import type { Lateness } from "./lateness.ts";

/** Saves reach all open sessions within so many times what a deadline may be late. */
const PATIENCE = 3;

/**
 * clock.md §2: a save for all open sessions reaches each of them soon, also those in which nothing happens.
 * @param lateness leaves out when nobody could
 */
export async function judgeSaves(
  observer: Queryable,
  lateness: Pick<Lateness, "undisturbed" | "goalMs">,
  now: number,
): Promise<readonly SimViolation[]> {
  const rows = await observer.query<{ session_id: string; saved_at: number }>(UNREACHED_SQL);
  return rows
    .filter(({ saved_at }) => lateness.undisturbed(saved_at, now) > lateness.goalMs * PATIENCE)
    .map(({ session_id: sessionId, saved_at }) => ({
      rule: "§2",
      what: `a save for all at ${saved_at} has not reached it at ${now}`,
      sessionId,
    }));
}

const UNREACHED_SQL = `select s.id as session_id, min(v.saved_at) as saved_at
  from sessions s join clock_settings v on v.account_id = s.account_id and v.apply_to = 'all'
    and case when v.scope_id = s.account_id then v.version > s.settings_account_version
      else v.scope_id = s.channel_id and v.version > coalesce(s.settings_channel_version, 0) end
  where s.closed_at is null and s.parked_at is null
  group by s.id order by saved_at, s.id limit 20`;
