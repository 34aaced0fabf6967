import { type Finding, when } from "./finding.ts";
import type { Look } from "./look.ts";
import type { SeenAct } from "./rows.ts";

/** clock.md §5: whoever must hear of an act is told in its commit; a crash afterwards takes nothing back. */
export function judgeTold({ seen, world }: Look, act: SeenAct): readonly Finding[] {
  const kind = NOTICE_OF[act.kind];
  // A warning is taken back, and the time left told anew, when the session moves on in the same commit.
  const moved = seen.acts.some((each) => each.kind === "assigned" || each.kind === "unassigned");
  if (kind === undefined || (act.kind === "warned" && moved)) return [];
  const { to } = act.explanation;
  const told = seen.notices.filter(
    (notice) => notice.kind === kind && notice.wait_number === act.wait_number,
  );
  const members = new Map(world.now?.members.map((member) => [member.id, member]));
  const isDeaf = to === null || to === undefined || members.get(to)?.active !== true;
  const supervisors = [...members.values()].filter(
    ({ active, role }) => active && role !== "agent",
  );
  const owesSupervisors = supervisors.length > 0 && (act.kind !== "warned" || isMissing(to));
  return [
    ...when(
      "§5",
      !isDeaf && !told.some(({ member_id }) => member_id === to),
      `"${act.kind}" without a word to the assignee`,
    ),
    ...when(
      "§5",
      owesSupervisors && !told.some(({ member_id }) => members.get(member_id)?.role !== "agent"),
      `"${act.kind}" without a word to the supervisors`,
    ),
  ];
}

function isMissing(to: string | null | undefined): boolean {
  return to === null || to === undefined;
}

const NOTICE_OF: Readonly<Record<string, string>> = { warned: "warning", overdue: "overdue" };
