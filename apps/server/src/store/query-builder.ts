import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
} from "kysely";
import type { Queryable, Row } from "../platform/database.ts";
import type { Schema } from "./schema.ts";

/**
 * Builds typed statements and runs none: `runQuery` does, on our own connections, which prepare every
 * statement and act as one business.
 *
 * A statement is prepared once per text, so lists are passed as one array parameter (`= any($1)`) and
 * never as a varying number of parameters.
 */
export const build = new Kysely<Schema>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
});

/** Runs a built statement and gives its rows. */
export function runQuery<R extends object>(read: Queryable, query: Compilable<R>): Promise<R[]> {
  const { sql, parameters } = query.compile();
  return read.query<R & Row>(sql, parameters);
}

/** Runs a built statement that finds at most one row. */
export async function runQueryForOne<R extends object>(
  read: Queryable,
  query: Compilable<R>,
): Promise<R | null> {
  const [row] = await runQuery(read, query);
  return row ?? null;
}
