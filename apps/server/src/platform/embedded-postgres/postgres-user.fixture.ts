/**
 * A process that uses the embedded PostgreSQL, for tests that kill one: prints what it got as a line
 * of JSON, and stops at the end of its input.
 */
import { startEmbeddedPostgres } from "./embedded-postgres.ts";

const postgres = await startEmbeddedPostgres({ dataDir: process.argv[2] ?? "" });
console.log(JSON.stringify({ url: postgres.url, adopted: postgres.adopted }));
process.stdin.resume().on("end", () => void postgres.stop());
