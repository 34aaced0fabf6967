import type { Tx } from "../platform/database.ts";
import {
  SESSION_IDENTITY,
  SESSION_STATE,
  SESSION_UNPARKED,
  type StoredSession,
} from "./session-row.ts";
import { type Column, RowSet, writeRows } from "./unnest.ts";

/** A locked session as it was loaded, and as decisions left it. */
export interface SessionChange {
  readonly before: StoredSession;
  readonly after: StoredSession;
}

/**
 * Writes sessions back: of their columns only the groups in which one of the batch changed. A row is
 * wide, a decision changes little of it, and a column costs both sides even when it stays the same
 * (docs/adr/0017). The caller holds the locks: what isn't written is still as it was loaded.
 */
export function writeChangedSessions(tx: Tx, changes: readonly SessionChange[]): void {
  const groups = GROUPS.map((columns) => changes.some((change) => differs(columns, change)));
  if (groups.includes(true)) {
    const { set, sql } = statementFor(groups);
    const rows = changes.map(({ after }) => after);
    writeRows(tx, rows, set, sql);
  }
  const unparked = changes.filter(({ before, after }) => before.parked && !after.parked);
  const rows = unparked.map(({ after }) => after);
  writeRows(tx, rows, UNPARKED, UNPARKED_SQL);
}

/** Seldom, and of those alone: what was only written to stays parked, with its error and its retry. */
const UNPARKED = new RowSet([...SESSION_IDENTITY, ...SESSION_UNPARKED]);
const UNPARKED_SQL = UNPARKED.updateSql("sessions", ["account_id", "id"]);

type Columns = readonly Column<StoredSession>[];

const GROUPS: readonly Columns[] = Object.values(SESSION_STATE);

/** By what is written, not by who changed it: a new way to change a session can't be forgotten here. */
function differs(columns: Columns, { before, after }: SessionChange): boolean {
  return columns.some((column) => column.of(before) !== column.of(after));
}

interface Statement {
  readonly set: RowSet<StoredSession>;
  readonly sql: string;
}

/** One for each mix of groups that came up; the same text again is prepared once a connection. */
const statements = new Map<string, Statement>();

function statementFor(groups: readonly boolean[]): Statement {
  const key = groups.map(Number).join("");
  const known = statements.get(key);
  if (known !== undefined) return known;
  const changed = GROUPS.filter((_, index) => groups[index] === true).flat();
  const set = new RowSet([...SESSION_IDENTITY, ...changed]);
  const statement = { set, sql: set.updateSql("sessions", ["account_id", "id"]) };
  statements.set(key, statement);
  return statement;
}
