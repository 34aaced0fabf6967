import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import type { SeenAct } from "./rows.ts";

/** clock.md §9.5: no warning after the reply, nor after or together with the overdue mark. */
export function judgeWarning({ seen, before, owed }: Look, act: SeenAct): readonly Finding[] {
  if (act.kind !== "warned") return [];
  const { wait_number: wait, at, explanation } = act;
  const overdue =
    before.overdue.has(wait) ||
    seen.acts.some((each) => MARKS.has(each.kind) && each.wait_number === wait);
  const isRunning = seen.session.wait_number === wait && owed.length > 0;
  return [
    ...when("§9.5", !isRunning, `wait ${wait} was warned after its end`),
    ...when("§9.5", overdue, `wait ${wait} was warned after it was overdue`),
    ...when("§9.5", (explanation.dueAt ?? 0) <= at, `wait ${wait} was warned when overdue already`),
  ];
}

const MARKS: ReadonlySet<string> = new Set(["overdue", "breachRecorded"]);
const OF_WAITS: ReadonlySet<string> = new Set([
  ...["warning", "overdue", "waitingForAgent", "exhausted", "nobodyEligible"],
]);

/** clock.md §5, §9.5: what was told of a wait is taken back with its reason, and told once. */
export function judgeNotices({ seen: { session, notices } }: Look): readonly Finding[] {
  const running = session.closed_at === null ? session.wait_number : null;
  const outlived = notices.filter(
    ({ kind, wait_number }) => OF_WAITS.has(kind) && wait_number !== running,
  );
  const afterMark = notices.filter(
    ({ kind }) => kind === "warning" && session.wait_overdue_since !== null,
  );
  const isHeld = session.assignee_id !== null;
  const ofOthers = notices.filter(
    ({ kind, member_id }) => kind === "assigned" && member_id !== session.assignee_id,
  );
  const found = notices.filter(({ kind }) => kind === "nobodyEligible" && isHeld);
  const keys = notices.flatMap((notice) => onceFor(notice) ?? []);
  const twice = keys.filter((key, at) => keys.indexOf(key) !== at);
  return [
    ...outlived.flatMap(({ kind, wait_number }) =>
      when(ruleOf(kind), true, `a notification "${kind}" outlives wait ${wait_number}`),
    ),
    ...when("§9.5", afterMark.length > 0, "a warning stands beside the overdue mark"),
    ...when("§5", found.length > 0, "somebody was found, and supervisors are not told"),
    ...when("§5", ofOthers.length > 0, "one who doesn't hold it is told that they do"),
    ...twice.flatMap((key) => when("§9.2", true, `told twice: ${key}`)),
  ];
}

function ruleOf(kind: string): string {
  return kind === "warning" ? "§9.5" : "§5";
}

function onceFor(notice: Look["seen"]["notices"][number]): string | null {
  const { kind, wait_number, member_id, reply_due_at } = notice;
  if (!OF_WAITS.has(kind) || kind === "waitingForAgent") return null;
  return `${kind} of wait ${wait_number} (${kind === "warning" ? reply_due_at : ""}) to ${member_id}`;
}
