import type { SettingsInForce } from "@punctual/session";
import { type Finding, when } from "./finding.ts";
import type { Loads } from "./loads.ts";
import type { Look } from "./look.ts";
import type { Memory } from "./memory.ts";
import type { SeenAct, SeenRow } from "./rows.ts";
import type { WorldRule } from "./world.ts";

/** What a decision reads of the others may have been committed so long before it, at most. */
const STALE_MS = 5_000;

/**
 * clock.md §9.4: nobody gets a session by itself who held, or lost, it in this wait, or who may not have it.
 * Given each act in turn, the ones before it remembered.
 */
export function judgeAssignment(look: Look, act: SeenAct): readonly Finding[] {
  const { by, to } = act.explanation;
  if (act.kind !== "assigned" || by.type === "member" || to === null || to === undefined) return [];
  const { before, owed, world } = look;
  const had = (sets: ReadonlyMap<string, ReadonlySet<string>>) =>
    owed.some(({ id }) => sets.get(id)?.has(to) === true);
  return [
    ...when("§9.4", had(before.notBack), "given back to a member it was taken from"),
    ...judgeEligible(look, act, to),
    ...judgeMeant(look, act, to),
    ...judgeMoved(look, act),
    ...(by.type === "clock" ? judgeTimed(look, act, had(before.holders)) : []),
    ...when(
      "§6",
      act.explanation.deadline !== undefined && world.wasHeld(act.at - STALE_MS),
      "reassigned during a hold",
    ),
  ];
}

function judgeTimed(look: Look, act: SeenAct, held: boolean): readonly Finding[] {
  const { owed, before } = look;
  const { from, to } = act.explanation;
  const tries = 1 + (before.tries.get(act.wait_number) ?? 0);
  const maxTries = settingsOf(look).reassign.maxPerWait;
  return [
    ...when("§9.4", from === to, "reassigned to the same agent"),
    ...when("§9.4", held, "reassigned to one who already held it in this wait"),
    ...when("§9.4", owed.length === 0, "reassigned though nothing is owed"),
    ...when("§9.4", tries > maxTries, `reassigned ${tries} times of ${maxTries}`),
  ];
}

function settingsOf({ seen: { session }, settingsOf: of }: Look): SettingsInForce {
  return of(
    { accountId: session.account_id, channelId: session.channel_id },
    { account: session.settings_account_version, channel: session.settings_channel_version },
  );
}

function judgeEligible({ world, seen }: Look, act: SeenAct, to: string): readonly Finding[] {
  const { routed } = act.explanation;
  const since = act.at - STALE_MS;
  const rules = world
    .since(since)
    .flatMap((state) => state.rules.find(({ id }) => id === routed?.ruleId) ?? []);
  const asks = rules.length > 0 && rules.every((rule) => rule.online_only);
  const onlineOnly = asks || routed?.teamId !== undefined;
  return [
    ...when("§9.4", !world.wasEligible(to, false, since), "given to a deactivated member"),
    ...when(
      "§9.4",
      onlineOnly && !world.wasEligible(to, true, since),
      "given to one who is offline",
    ),
    ...when(
      "§8",
      !world.couldReach(to, seen.session.channel_id, since),
      "given to one who doesn't reach the channel",
    ),
    ...judgeHours({ world, seen }, act, rules),
  ];
}

/** clock.md §8: a rule for the time within, or outside, the business hours decides then alone. */
function judgeHours(
  { world, seen }: Pick<Look, "world" | "seen">,
  act: SeenAct,
  rules: readonly WorldRule[],
): readonly Finding[] {
  const { account_id } = seen.session;
  const fits = rules.some(({ conditions: { businessHours } }) =>
    businessHours === undefined
      ? true
      : world.was(businessHours, account_id, act.at - STALE_MS, act.at),
  );
  return when("§8", rules.length > 0 && !fits, "given by a rule for other hours");
}

/** clock.md §8: whoever gets it is meant by the rule, of its team, or the previous agent. */
function judgeMeant({ world, seen }: Look, act: SeenAct, to: string): readonly Finding[] {
  const { routed } = act.explanation;
  if (routed === undefined) return [];
  const isMeant = world.since(act.at - STALE_MS).some(({ rules, teams }) => {
    const isOf = (team: string | undefined) =>
      teams.some(({ id, members }) => id === team && members.includes(to));
    if (routed.teamId !== undefined) return isOf(routed.teamId);
    const rule = rules.find(({ id }) => id === routed.ruleId);
    if (rule === undefined) return false;
    const { everyone, members, team } = rule.target;
    const isPrevious = rule.previous_agent_first && to === seen.session.previous_agent_id;
    return everyone === true || members?.includes(to) === true || isOf(team) || isPrevious;
  });
  return when("§8", !isMeant, "given to one whom the rule doesn't mean");
}

/** clock.md §8: sessions move when whoever holds them goes offline, in businesses that want it so. */
function judgeMoved({ world, seen }: Look, act: SeenAct): readonly Finding[] {
  const { reason, from } = act.explanation;
  if (reason !== "offline" || from == null) return [];
  const since = act.at - STALE_MS;
  const { account_id } = seen.session;
  const mayMove = world.since(since).some(({ moving }) => moving.includes(account_id));
  return [
    ...when("§8", !mayMove, "moved though the business keeps sessions with who holds them"),
    ...when("§8", world.wasThere(from, since, act.at), "moved away from one who is there"),
  ];
}

/**
 * clock.md §8, §9.4: nobody gets more than they may hold. Judges all sessions of a commit together, since
 * places that it frees may be given away in it.
 */
export function judgeFull(looks: readonly Look[], loads: Loads): readonly JudgedLook[] {
  const given = looks.flatMap((look) => {
    const act = look.seen.acts.findLast(({ kind }) => kind === "assigned");
    const to = look.seen.session.assignee_id;
    const byItself = act !== undefined && act.explanation.by.type !== "member";
    return byItself && to !== null && act.explanation.to === to ? [{ look, act, to }] : [];
  });
  return given.flatMap(({ look, act, to }) => {
    // What the commit gave them afterwards, by a rule that lets them hold more, takes no place of this one.
    const gained = looks.filter(
      ({ seen, before }) =>
        holder(seen.session) === to &&
        holderOf(before) !== to &&
        !seen.acts.some(({ kind, seq }) => kind === "assigned" && seq > act.seq),
    );
    const lost = looks.filter(
      ({ seen, before }) => holder(seen.session) !== to && holderOf(before) === to,
    );
    const fewest = loads.seenSince(to, act.at - STALE_MS) + gained.length - lost.length;
    const capacity = capacityOf(look, act, to);
    const findings = when(
      "§9.4",
      fewest > capacity,
      `given to one who is full (${fewest}/${capacity})`,
    );
    return findings.map((finding) => ({ look, finding }));
  });
}

export interface JudgedLook {
  readonly look: Look;
  readonly finding: Finding;
}

/** Whose capacity a session counts to. */
export function holder(row: SeenRow): string | null {
  return row.closed_at === null && row.snoozed_until === null ? row.assignee_id : null;
}

function holderOf({ row }: Memory): string | null {
  return row === null ? null : holder(row);
}

/** The most sessions that the rules let a member hold, in the most favourable state of late. */
function capacityOf({ world }: Look, act: SeenAct, to: string): number {
  const states = world.since(act.at - STALE_MS).map(({ members, rules }) => {
    const rule = rules.find(({ id }) => id === act.explanation.routed?.ruleId);
    const member = members.find(({ id }) => id === to);
    return Math.min(
      rule?.capacity ?? Number.POSITIVE_INFINITY,
      member?.capacity ?? Number.POSITIVE_INFINITY,
    );
  });
  return states.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...states);
}
