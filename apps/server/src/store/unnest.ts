import { type ArrayType, binaryColumn } from "../platform/binary-array.ts";
import type { Tx } from "../platform/database.ts";

/** One column of a set-based statement: its array type, and its value in a row. */
export interface Column<T> {
  readonly name: string;
  readonly type: ArrayType;
  readonly of: (row: T) => string | number | boolean | null;
}

/**
 * Builds `(select unnest($1::type[]), …)` for the columns, and encodes rows as its parameters. In a
 * select list the arrays are read side by side, row by row; in `from` PostgreSQL would first write each
 * of them into a table of its own.
 */
export class RowSet<T> {
  readonly #columns: readonly Column<T>[];
  readonly names: string;
  readonly unnest: string;

  constructor(columns: readonly Column<T>[]) {
    this.#columns = columns;
    this.names = columns.map((column) => column.name).join(", ");
    this.unnest = `(select ${columns.map((column, index) => `unnest($${index + 1}::${column.type}[])`).join(", ")})`;
  }

  params(rows: readonly T[]): Buffer[] {
    return this.#columns.map((column) => binaryColumn(column.type, rows, column.of));
  }

  /** `insert into table (…) select … from unnest(…)`, any number of rows in one statement. */
  insertSql(table: string, suffix = ""): string {
    return `insert into ${table} (${this.names}) select * from ${this.unnest} as u ${suffix}`;
  }

  /** `update table set … from unnest(…)` on the key columns. */
  updateSql(table: string, key: readonly string[]): string {
    const set = this.#columns
      .filter((column) => !key.includes(column.name))
      .map((column) => `${column.name} = u.${column.name}`);
    const match = key.map((name) => `t.${name} = u.${name}`);
    return `update ${table} t set ${set.join(", ")} from ${this.unnest} as u(${this.names})
      where ${match.join(" and ")}`;
  }
}

/** Sends a set-based statement with the commit, unless there is nothing to write. */
export function writeRows<T>(tx: Tx, rows: readonly T[], set: RowSet<T>, sql: string): void {
  if (rows.length > 0) tx.write(sql, set.params(rows));
}
