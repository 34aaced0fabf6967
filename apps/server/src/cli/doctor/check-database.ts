import type { Config } from "../../config.ts";
import { hostNow } from "../../platform/clock.ts";
import type { Database } from "../../platform/database.ts";
import {
  readMissingMigrations,
  readServerFacts,
  readUnprotectedTables,
  readWorkFacts,
  strangersSeeRows,
  type WorkFacts,
} from "../../store/read-diagnosis.ts";
import { plural } from "../plural.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** More than this between the clocks confuses people; the rules go by the database's alone. */
const SKEW_MS = 2_000;
const ROLES_NEEDED = ["http", "realtime", "timers", "outbox"];

export interface DatabaseChecked {
  readonly findings: readonly Finding[];
  /** Whether the schema is up to date, so that more can be asked. */
  readonly usable: boolean;
  /** Whether a running process takes webhooks. */
  readonly takesWebhooks: boolean;
}

/** Looks at the database, from the connection up to the work that waits in it. */
export async function checkDatabase(config: Config, db: Database): Promise<DatabaseChecked> {
  const findings = [await checkConnection(config, db)];
  const missing = await readMissingMigrations(db);
  if (missing.length > 0) {
    const fix = "Run: punctual migrate (or start the server, which does it).";
    findings.push(problem("schema", `Not applied yet: ${missing.join(", ")}.`, fix));
    return { findings, usable: false, takesWebhooks: false };
  }
  findings.push(ok("schema", "The schema is up to date."));
  const work = await readWorkFacts(db);
  findings.push(await checkSeparation(db), ...checkWork(work));
  return { findings, usable: true, takesWebhooks: work.roles.includes("http") };
}

/** The clocks are compared at the middle of the question's way. */
async function checkConnection(config: Config, db: Database): Promise<Finding> {
  await readServerFacts(db);
  const asked = hostNow();
  const { version, now } = await readServerFacts(db);
  const skewMs = Math.round(now - (asked + hostNow()) / 2);
  const where = config.databaseUrl === null ? `its own, in ${config.dataDir}` : "DATABASE_URL";
  const found = `PostgreSQL ${version} answers (${where}).`;
  if (Math.abs(skewMs) <= SKEW_MS) return ok("database", found);
  return warning(
    "database",
    `${found} Its clock differs from this machine's by ${skewMs} ms.`,
    "Turn on time synchronisation (NTP) on both machines.",
  );
}

async function checkSeparation(db: Database): Promise<Finding> {
  const unprotected = await readUnprotectedTables(db);
  if (unprotected.length === 0 && !(await strangersSeeRows(db))) {
    return ok("separation", "Row-level security keeps businesses apart.");
  }
  return problem(
    "separation",
    `Row-level security is not in force${unprotected.length > 0 ? `: ${unprotected.join(", ")}` : ""}.`,
    "Undo what was changed by hand in the database, or restore the schema from a backup.",
  );
}

function checkWork({ nodes, roles, late, parked, stuck }: WorkFacts): Finding[] {
  const idle = ROLES_NEEDED.filter((role) => !roles.includes(role));
  const running =
    nodes === 0
      ? warning("server", "No server is running.", "Start it: npm start")
      : idle.length > 0
        ? problem("server", `Nobody runs: ${idle.join(", ")}.`, "Add them to a process's ROLES.")
        : ok("server", `${plural(nodes, "server process is", "server processes are")} running.`);
  const findings = [running];
  if (late > 0) {
    const fix = "Start the server, or look for errors of the loop `timers` in its log.";
    findings.push(
      problem("deadlines", `${plural(late, "is", "are")} more than a minute late.`, fix),
    );
  }
  if (parked > 0) {
    const fix = "See them with: punctual sessions list --state all --parked";
    findings.push(
      problem("sessions", `${plural(parked, "is", "are")} parked, because deciding failed.`, fix),
    );
  }
  if (stuck > 0) {
    const fix = "Look at the channels below, and for errors of the loop `outbox` in the log.";
    findings.push(
      problem(
        "outbox",
        `${plural(stuck, "message waits", "messages wait")} for more than 5 minutes.`,
        fix,
      ),
    );
  }
  return findings;
}
