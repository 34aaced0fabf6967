import { expect, test } from "vitest";
import { createTestDatabase } from "../testkit/test-database.ts";
import { createLogger } from "./logger.ts";

test("an error of the database doesn't bring a customer's words into the log", async () => {
  const database = await createTestDatabase();
  const lines: string[] = [];
  const logger = createLogger("info", { write: (line) => void lines.push(line) });
  const fail = (sql: string) =>
    database.db.query(sql, ["my card is 4111"]).catch((error: unknown) => error);
  const errors = [
    await fail(
      "insert into accounts (id, name, when_offline, created_at) select gen_random_uuid(), $1, 'no', 0",
    ),
    await fail("select $1::text::json"),
  ];
  for (const err of errors) logger.error({ err }, "failed");
  logger.error({ err: new AggregateError(errors, "all failed") }, "failed");
  await database.drop();
  expect(lines).toHaveLength(3);
  expect(lines.join("")).not.toContain("4111");
});
