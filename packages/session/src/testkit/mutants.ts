/**
 * Proves that the random histories notice: breaks the machine in one place at a time, in a copy, and
 * sees that they fail. `node packages/session/src/testkit/mutants.ts [histories]`; exits with 1 if one lives.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Mutant {
  /** The rule of clock.md §9 that it breaks. */
  readonly rule: number;
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const MUTANTS: readonly Mutant[] = [
  {
    rule: 1,
    what: "closes on the agent's turn",
    file: "deadlines.ts",
    from: "facts.wait !== null || !settings.closure.enabled",
    to: "!settings.closure.enabled",
  },
  {
    rule: 1,
    what: "closes while a reply is being sent",
    file: "deadlines.ts",
    from: "facts.pendingSends > 0 || ",
    to: "",
  },
  {
    rule: 1,
    what: "compares stamps instead of commit order",
    file: "steps/customer-message.ts",
    from: "if (facts.lastEchoStamp !== null && event.stamp <= facts.lastEchoStamp)",
    to: "if (event.stamp <= Math.max(facts.lastEchoStamp ?? 0, facts.lastAgentMessageAt ?? 0))",
  },
  {
    rule: 1,
    what: "forgets an echo when a message comes after it",
    file: "steps/customer-message.ts",
    from: "event.stamp <= facts.lastEchoStamp",
    to: "event.stamp < facts.lastEchoStamp",
  },
  {
    rule: 1,
    what: "an echo answers everything",
    file: "history.ts",
    from: "echo.stamp >= message.stamp &&",
    to: "",
  },
  {
    rule: 1,
    what: "a refused reply still answers",
    file: "history.ts",
    from: "|| reply.refused) continue",
    to: ") continue",
  },
  {
    rule: 1,
    what: "no reply needed settles nothing",
    file: "steps/manual.ts",
    from: 'draft.effects.push({ type: "messagesSettled", wait: facts.wait.number });',
    to: "",
  },
  {
    rule: 2,
    what: "forgets for which deadlines it warned",
    file: "deadlines.ts",
    from: " || wait.warnedBefore?.includes(overdueAt) === true",
    to: "",
  },
  {
    rule: 2,
    what: "warns again and again",
    file: "steps/time-passed.ts",
    from: "warnedFor: overdueAt,",
    to: "",
  },
  {
    rule: 2,
    what: "a restored wait forgets that it was overdue",
    file: "steps/recompute.ts",
    from: "overdueSince: mergedBreach(draft, history, own, others),",
    to: "overdueSince: null,",
  },
  {
    rule: 2,
    what: "waits for an agent twice under one ordinal",
    file: "steps/time-passed.ts",
    from: "Math.max(detail.deadline.dueAt, detail.deadline.armedAt)",
    to: "draft.facts.assignedAt ?? 0",
  },
  {
    rule: 2,
    what: "counts closes wrongly",
    file: "steps/close.ts",
    from: "facts.closeCount += 1;",
    to: "",
  },
  {
    rule: 2,
    what: "a merged wait forgets the tries",
    file: "steps/recompute.ts",
    from: "tries: all.reduce((sum, wait) => sum + wait.tries, 0),",
    to: "tries: 0,",
  },
  {
    rule: 3,
    what: "leaves the end message when the customer writes again",
    file: "steps/customer-message.ts",
    from: 'if (!facts.customerWrote) draft.effects.push({ type: "endMessageWithdrawn" });',
    to: "",
  },
  {
    rule: 3,
    what: "leaves the end message when the close is void",
    file: "steps/reopen.ts",
    from: 'effects.push({ type: "endMessageWithdrawn" });',
    to: "",
  },
  {
    rule: 3,
    what: "sends text outside the messaging window",
    file: "steps/close.ts",
    from: "draft.now < from + windowMs - windowMarginMs",
    to: "draft.now < from + windowMs",
  },
  {
    rule: 3,
    what: "says bye to a customer who never wrote",
    file: "steps/close.ts",
    from: 'if (!facts.customerWrote) return "customerNeverWrote";',
    to: "",
  },
  {
    rule: 4,
    what: "reassigns to one who already held it",
    file: "steps/assign.ts",
    from: 'for (const holder of wait.holders) excluded.set(holder, "already held it in this wait");',
    to: "",
  },
  {
    rule: 4,
    what: "forgets who held it when the wait is restored",
    file: "steps/recompute.ts",
    from: "holders: [...new Set(all.flatMap((wait) => wait.holders))],",
    to: "holders: [],",
  },
  {
    rule: 4,
    what: "doesn't count the tries",
    file: "steps/time-passed.ts",
    from: "if (wait.tries >= maxPerWait) {",
    to: "if (maxPerWait < 0) {",
  },
  {
    rule: 4,
    what: "gives to members who are offline",
    file: "routing/route.ts",
    from: 'if (rule.onlineOnly && !member.online) return "offline";',
    to: "",
  },
  {
    rule: 4,
    what: "gives to members who don't reach the channel",
    file: "routing/route.ts",
    from: 'if (!reaches(member, request.contact)) return "no access to this channel";',
    to: "",
  },
  {
    rule: 4,
    what: "gives to members who are full",
    file: "routing/route.ts",
    from: "member.open >= capacity",
    to: "member.open > capacity",
  },
  {
    rule: 4,
    what: "gives back what was taken by hand",
    file: "steps/assignment.ts",
    from: "    excludeFromWait(draft, from);\n",
    to: "",
  },
  {
    rule: 4,
    what: "gives back what an exhausted member lost",
    file: "steps/time-passed.ts",
    from: "  excludeFromWait(draft, from);\n",
    to: "",
  },
  {
    rule: 5,
    what: "warns together with the overdue mark",
    file: "steps/time-passed.ts",
    from: "overdueIfDue(draft) || warnIfDue(draft)",
    to: "[warnIfDue(draft), overdueIfDue(draft)].includes(true)",
  },
  {
    rule: 5,
    what: "warns after the overdue mark",
    file: "deadlines.ts",
    from: "wait === null || wait.overdueSince !== null || !settings.reply.enabled",
    to: "wait === null || !settings.reply.enabled",
  },
  {
    rule: 4,
    what: "gives a transferred session back to whom it was taken from",
    file: "steps/assignment.ts",
    from: "if (from !== null) excludeFromWait(draft, from);\n  if (result",
    to: "if (result",
  },
  {
    rule: 6,
    what: "claims held rows",
    file: "deadlines.ts",
    from: "if (!held) least",
    to: "least",
  },
  {
    rule: 6,
    what: "puts a due row back while an outage holds it",
    file: "steps/time-passed.ts",
    from: "  draft.facts.held = true;\n",
    to: "",
  },
  {
    rule: 6,
    what: "puts a row back whose deadline a save removed",
    file: "steps/time-passed.ts",
    from: 'return onSettingsApplied(draft) === "decided"',
    to: "return draft.now < 0",
  },
  {
    rule: 6,
    what: "keeps reassigning what waits for an agent",
    file: "deadlines.ts",
    from: " || wait.waitingForAgent) return null",
    to: ") return null",
  },
  {
    rule: 6,
    what: "counts the close from before the waking",
    file: "deadlines.ts",
    from: "    facts.wokenAt ?? 0,\n",
    to: "",
  },
  {
    rule: 6,
    what: "keeps the close of a snoozed session",
    file: "deadlines.ts",
    from: "facts.pendingSends > 0 || facts.snoozedUntil !== null",
    to: "facts.pendingSends > 0",
  },
  {
    rule: 7,
    what: "doesn't move the start back for a late message",
    file: "steps/customer-message.ts",
    from: "} else if (event.at < facts.wait.startedAt) {",
    to: "} else if (event.at < 0) {",
  },
  {
    rule: 7,
    what: "explains a warning with the whole limit",
    file: "steps/fired.ts",
    from: "(minutes - beforeMinutes) * 60_000",
    to: "minutes * 60_000",
  },
  {
    rule: 7,
    what: "calls deadlines late that were created in the past",
    file: "steps/fired.ts",
    from: "draft.now - Math.max(dueAt, armedAt)",
    to: "draft.now - dueAt",
  },
  {
    rule: 7,
    what: "empties a session into the queue without a reason",
    file: "steps/time-passed.ts",
    from: 'assign(draft, null, "clock", { reason: "exhausted" });',
    to: 'assign(draft, null, "clock");',
  },
  {
    rule: 7,
    what: "counts the close from something else than it says",
    file: "steps/fired.ts",
    from: '    plain("reopened", facts.reopenedAt),\n',
    to: "",
  },
];

const PROBE = `
import fc from "fast-check";
import { live } from "./src/testkit/live-history.ts";
import { historyOfLength } from "./src/testkit/random-history.ts";
const runs = fc.property(historyOfLength(140), (history) => live(history));
fc.assert(runs, { numRuns: Number(process.argv[1]), endOnFailure: true });
`;

const histories = process.argv[2] ?? "5000";
const alive = MUTANTS.filter((mutant) => !isFound(mutant));
console.log(`${MUTANTS.length - alive.length} of ${MUTANTS.length} mutants found`);
process.exitCode = alive.length === 0 ? 0 : 1;

function isFound({ rule, what, file, from, to }: Mutant): boolean {
  const folder = mkdtempSync(join(tmpdir(), "punctual-mutant-"));
  try {
    cpSync(join(import.meta.dirname, ".."), join(folder, "src"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{"type":"module"}');
    symlinkSync(
      join(import.meta.dirname, "../../../../node_modules"),
      join(folder, "node_modules"),
    );
    const path = join(folder, "src", file);
    const source = readFileSync(path, "utf8");
    if (source.split(from).length !== 2) throw new Error(`${file}: "${from}" is not there once`);
    writeFileSync(path, source.replace(from, to));
    const args = ["--input-type=module", "--eval", PROBE, histories];
    const run = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
    const found = /§9\.\d: .*|decided twice: .*|the timer hangs.*/.exec(run.stderr)?.[0];
    console.log(`§9.${rule} ${what}: ${run.status === 0 ? "LIVES" : (found ?? run.stderr)}`);
    return run.status !== 0;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
