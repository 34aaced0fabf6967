/**
 * From a customer's webhook to the agents' screens: 500 live connections, 1,000 messages a second, each
 * shown to everybody of its business, all of whom see every session. Measured from when the webhook
 * should have been sent until its event has come to a socket, for all of them.
 * `node bench/screen.ts [--full] [--folder /dev/shm]`
 */

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createToken } from "../apps/server/src/actions/create-token.ts";
import { COMMAND_LINE } from "../apps/server/src/store/audit-log.ts";
import { type Bench, OURS } from "./lib/bench-result.ts";
import { createLoadBusiness, type LoadBusiness, startLoadServer } from "./lib/load-business.ts";
import type { LoadPlan } from "./lib/load-plan.ts";
import { prepareLoad } from "./lib/load-run.ts";
import type { ScreensPlan, ScreensQuestion, ScreensReport } from "./lib/load-screens.ts";
import { readLoadUsage } from "./lib/load-usage.ts";
import { runAlone } from "./lib/run-alone.ts";

const SMALL = { seconds: 4, customers: 200 };
const FULL = { seconds: 30, customers: 400 };

/** Twenty agents each: what a message costs grows with those who see it. */
const BUSINESSES = 25;
const MEMBERS = 20;
const PER_SECOND = 1_000;
const WARM_UP_SECONDS = 3;
const CONNECTIONS = 64;
const NEWCOMER_EVERY = 50;
/** What was committed last may still be on its way to the screens. */
const SETTLE_MS = 1_000;

export const screen: Bench = async ({ full, folder, say }) => {
  const { seconds, customers } = full ? FULL : SMALL;
  const load = await startLoadServer(folder);
  const { deps, server } = load;
  const screens = fork(fileURLToPath(new URL("lib/load-screens.ts", import.meta.url)));
  try {
    const businesses: LoadBusiness[] = [];
    for (let number = 1; number <= BUSINESSES; number++) {
      businesses.push(await createLoadBusiness(deps, { number, members: MEMBERS, customers }));
    }
    const tokens: string[] = [];
    for (const { accountId, memberIds } of businesses) {
      for (const memberId of memberIds) {
        const of = { accountId, by: COMMAND_LINE, memberId, name: "screen" };
        tokens.push((await createToken(deps, of)).secret);
      }
    }
    await openScreens(screens, { url: server.url, tokens, socketsEach: 1 });
    say(`${tokens.length} screens are on`);

    const plan = planOf(businesses, server.url);
    await (await prepareLoad({ ...plan, messages: WARM_UP_SECONDS * PER_SECOND })).run();
    await sleep(SETTLE_MS);
    screens.send("forget");

    const messages = seconds * PER_SECOND;
    const measured = await prepareLoad({ ...plan, messages });
    const before = await readLoadUsage(deps.db, server.pid);
    const report = await measured.run();
    await sleep(SETTLE_MS);
    const { shown, latencyMs } = await ask(screens, {
      beganAt: report.beganAt,
      perSecond: PER_SECOND,
    });
    const after = await readLoadUsage(deps.db, server.pid);
    if (shown !== messages * MEMBERS) {
      throw new Error(
        `${shown} of ${messages * MEMBERS} came to a screen ${JSON.stringify(report.statuses)}`,
      );
    }
    const used = (of: "serverCpuSeconds" | "postgresCpuSeconds") =>
      (((after?.[of] ?? 0) - (before?.[of] ?? 0)) / seconds).toFixed(2);
    say(
      `webhooks answered: p50 ${report.latencyMs.p50.toFixed(1)}, p99 ` +
        `${report.latencyMs.p99.toFixed(1)} ms; CPU seconds a second: server ` +
        `${used("serverCpuSeconds")}, PostgreSQL ${used("postgresCpuSeconds")}`,
    );
    const peakMemoryMb = after?.serverPeakMb;
    return {
      about: { seconds, businesses: BUSINESSES, sockets: tokens.length, perSecond: PER_SECOND },
      figures: (["p50", "p99", "max"] as const).map((name) => ({
        name,
        subject: OURS,
        value: latencyMs[name],
        unit: "ms",
        ...(peakMemoryMb === undefined ? {} : { peakMemoryMb }),
      })),
    };
  } finally {
    screens.kill();
    await load.close();
  }
};

function planOf(businesses: readonly LoadBusiness[], url: string): Omit<LoadPlan, "messages"> {
  const [first, ...others] = businesses.map(({ target }) => target);
  if (first === undefined) throw new Error("there is no business to write to");
  return {
    ...first,
    others,
    url,
    batch: 1,
    newcomerEvery: NEWCOMER_EVERY,
    connections: CONNECTIONS,
    perSecond: PER_SECOND,
    retries: false,
  };
}

async function openScreens(screens: ChildProcess, plan: ScreensPlan): Promise<void> {
  screens.send(plan);
  await once(screens, "message");
}

async function ask(screens: ChildProcess, question: ScreensQuestion): Promise<ScreensReport> {
  screens.send(question);
  const [report] = await once(screens, "message");
  return report as ScreensReport;
}

if (import.meta.main) await runAlone("to the screen", screen);
