import type { BusinessHours } from "@punctual/contract";
import type { Queryable, Row, Tx } from "../platform/database.ts";

/** The hours in row `h` of `business_hours`, as the API has them. An SQL expression. */
export const BUSINESS_HOURS_JSON = `json_build_object(
  'timeZone', h.time_zone, 'weekdays', h.weekdays, 'holidays', h.holidays)`;

/** The account's business hours; `null`: it is always open. */
export async function readBusinessHours(
  read: Queryable,
  accountId: string,
): Promise<BusinessHours | null> {
  const [row] = await read.query<{ hours: BusinessHours }>(
    `select ${BUSINESS_HOURS_JSON} as hours from business_hours h where h.account_id = $1`,
    [accountId],
  );
  return row?.hours ?? null;
}

/** @param nextChangeAt when it opens or closes next, epoch ms; `null`: never. */
export function writeBusinessHours(
  tx: Tx,
  accountId: string,
  hours: BusinessHours,
  nextChangeAt: number | null,
): void {
  tx.write(
    `insert into business_hours (account_id, time_zone, weekdays, holidays, next_change_at)
     values ($1, $2, $3::json, $4::json, $5)
     on conflict (account_id) do update set time_zone = excluded.time_zone,
       weekdays = excluded.weekdays, holidays = excluded.holidays,
       next_change_at = excluded.next_change_at`,
    [
      accountId,
      hours.timeZone,
      JSON.stringify(hours.weekdays),
      JSON.stringify(hours.holidays),
      nextChangeAt,
    ],
  );
}

export function deleteBusinessHours(tx: Tx, accountId: string): void {
  tx.write("delete from business_hours where account_id = $1", [accountId]);
}

/** Ms until some business opens or closes, 0 or less: it is time; `null`: none ever does. */
export async function readNextTurnInMs(read: Queryable): Promise<number | null> {
  const [row] = await read.query<{ in_ms: number }>(
    `select next_change_at - now_ms() as in_ms from business_hours
     where next_change_at is not null order by next_change_at limit 1`,
  );
  return row?.in_ms ?? null;
}

interface TurningRow extends Row {
  readonly account_id: string;
  readonly hours: BusinessHours;
  readonly now: number;
}

/** Claims businesses that opened or closed by now; those another node works on are left to it. */
export async function claimTurningHours(
  tx: Tx,
  limit: number,
): Promise<{ accountId: string; hours: BusinessHours; now: number }[]> {
  const rows = await tx.query<TurningRow>(
    `select h.account_id, ${BUSINESS_HOURS_JSON} as hours, now_ms() as now from business_hours h
     where h.next_change_at <= now_ms() order by h.next_change_at limit $1
     for update of h skip locked`,
    [limit],
  );
  return rows.map(({ account_id, ...row }) => ({ ...row, accountId: account_id }));
}

export function writeNextChange(tx: Tx, accountId: string, at: number | null): void {
  tx.write("update business_hours set next_change_at = $2 where account_id = $1", [accountId, at]);
}
