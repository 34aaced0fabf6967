import { openDatabase, type Queryable, type Row } from "../../apps/server/src/platform/database.ts";
import { createLogger } from "../../apps/server/src/platform/logger.ts";

/** A look at the rows from outside. Opened anew after the server was away. */
export class Screen implements Queryable {
  readonly #url: string;
  #database: ReturnType<typeof openDatabase> | null = null;

  constructor(url: string) {
    this.#url = url;
  }

  get database() {
    const logger = createLogger("silent");
    this.#database ??= openDatabase({ url: this.#url, maxConnections: 1, logger });
    return this.#database;
  }

  async query<R extends Row = Row>(sql: string, params?: readonly unknown[]): Promise<R[]> {
    return await this.database.query<R>(sql, params);
  }

  async disconnect(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    await database?.close();
  }
}
