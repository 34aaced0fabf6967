import {
  type AssignmentRule,
  type AssignmentRuleInput,
  type AssignmentRulePatch,
  type FieldError,
  MAX_RULES,
  PunctualError,
  throwFieldErrors,
  unknownEntries,
} from "@punctual/contract";
import type { Queryable, Tx } from "../platform/database.ts";
import { newId } from "../platform/ids.ts";
import { writeAccountEvent } from "../store/account-events.ts";
import { lockAccount } from "../store/account-locks.ts";
import { deleteRule, readRules, upsertRule, writeRuleOrder } from "../store/assignment-rules.ts";
import { type Authored, writeAudit } from "../store/audit-log.ts";
import { readChannels } from "../store/channels.ts";
import { readMemberIds } from "../store/members.ts";
import { readTeams } from "../store/teams.ts";
import { authorizeAuthor } from "./authorize-author.ts";
import type { Deps } from "./deps.ts";

type RuleDeps = Pick<Deps, "db" | "signals">;

/**
 * Adds an assignment rule, after the others unless it says where. Sessions in line are offered again.
 * Throws `too_many_rules`, and `validation_failed` when it names members or channels the business doesn't
 * have.
 */
export async function createRule(
  deps: RuleDeps,
  { accountId, by }: Authored,
  input: AssignmentRuleInput,
): Promise<AssignmentRule> {
  return await saveRules(deps, { accountId, by }, async (tx, rules) => {
    if (rules.length >= MAX_RULES) throw new PunctualError("too_many_rules");
    const last = Math.max(-1, ...rules.map((rule) => rule.position));
    const rule = { ...input, id: newId(), position: input.position ?? last + 1 };
    await requireKnown(tx, accountId, rule);
    saveRule(tx, { accountId, by }, null, rule);
    return rule;
  });
}

/** Changes what is given of a rule. Throws `rule_not_found` and `validation_failed`. */
export async function changeRule(
  deps: RuleDeps,
  { accountId, by }: Authored,
  ruleId: string,
  patch: AssignmentRulePatch,
): Promise<AssignmentRule> {
  return await saveRules(deps, { accountId, by }, async (tx, rules) => {
    const stored = rules.find((rule) => rule.id === ruleId);
    if (stored === undefined) throw new PunctualError("rule_not_found");
    const rule = mergeRule(stored, patch);
    await requireKnown(tx, accountId, rule);
    saveRule(tx, { accountId, by }, stored, rule);
    return rule;
  });
}

/** Throws `rule_not_found`. */
export async function removeRule(
  deps: RuleDeps,
  { accountId, by }: Authored,
  ruleId: string,
): Promise<void> {
  await saveRules(deps, { accountId, by }, async (tx, rules) => {
    const stored = rules.find((rule) => rule.id === ruleId);
    if (stored === undefined) throw new PunctualError("rule_not_found");
    await dropRule(tx, { accountId, by }, stored);
  });
}

/**
 * Puts the rules into this order: all of them, by id. Gives them as they are then. Throws
 * `rules_changed` when these are not the rules that exist, since somebody saved or deleted one meanwhile.
 */
export async function orderRules(
  deps: RuleDeps,
  { accountId, by }: Authored,
  ruleIds: readonly string[],
): Promise<readonly AssignmentRule[]> {
  return await saveRules(deps, { accountId, by }, async (tx, rules) => {
    const before = rules.map((rule) => rule.id);
    const given = new Set(ruleIds);
    if (given.size !== before.length || ruleIds.length !== before.length) {
      throw new PunctualError("rules_changed");
    }
    if (!before.every((id) => given.has(id))) throw new PunctualError("rules_changed");
    writeRuleOrder(tx, accountId, ruleIds);
    writeAudit(tx, {
      ...{ accountId, by, act: "rules.reordered", subjectId: null },
      before: { ruleIds: before },
      after: { ruleIds },
    });
    return await readRules(tx, accountId);
  });
}

/** Writes a rule and its entry of the audit log. The caller holds the rules' lock. */
export function saveRule(
  tx: Tx,
  { accountId, by }: Authored,
  before: AssignmentRule | null,
  after: AssignmentRule,
): void {
  upsertRule(tx, { ...after, accountId });
  const act = before === null ? "rule.created" : "rule.changed";
  writeAudit(tx, { accountId, by, act, subjectId: after.id, before, after });
}

/** Deletes a rule, with its entry of the audit log. The caller holds the rules' lock. */
export async function dropRule(
  tx: Tx,
  { accountId, by }: Authored,
  before: AssignmentRule,
): Promise<void> {
  await deleteRule(tx, accountId, before.id);
  const of = { accountId, by, subjectId: before.id };
  writeAudit(tx, { ...of, act: "rule.deleted", before, after: null });
}

async function saveRules<T>(
  { db, signals }: RuleDeps,
  author: Authored,
  save: (tx: Tx, rules: readonly AssignmentRule[]) => Promise<T>,
): Promise<T> {
  const { accountId } = author;
  const result = await db.transaction(async (tx) => {
    await authorizeAuthor(tx, author, "changeRules");
    lockAccount(tx, "rules", accountId);
    const saved = await save(tx, await readRules(tx, accountId));
    writeAccountEvent(tx, accountId, { type: "assignmentRules.updated", payload: {} });
    return saved;
  });
  signals.events();
  signals.line(accountId);
  return result;
}

function mergeRule(stored: AssignmentRule, patch: AssignmentRulePatch): AssignmentRule {
  return {
    id: stored.id,
    position: patch.position ?? stored.position,
    name: patch.name ?? stored.name,
    enabled: patch.enabled ?? stored.enabled,
    conditions: patch.conditions ?? stored.conditions,
    target: patch.target ?? stored.target,
    mode: patch.mode ?? stored.mode,
    previousAgentFirst: patch.previousAgentFirst ?? stored.previousAgentFirst,
    ownerFirst: patch.ownerFirst ?? stored.ownerFirst,
    onlineOnly: patch.onlineOnly ?? stored.onlineOnly,
    capacity: patch.capacity === undefined ? stored.capacity : patch.capacity,
  };
}

/** A rule may name only members, teams and channels of its own business. */
async function requireKnown(tx: Tx, accountId: string, rule: AssignmentRule): Promise<void> {
  throwFieldErrors((await unknownNames(tx, accountId, [rule])).flat());
}

type Naming = Pick<AssignmentRule, "conditions" | "target">;

/** What each of the rules names that the business doesn't have, with the place in the rule. */
export async function unknownNames(
  read: Queryable,
  accountId: string,
  rules: readonly Naming[],
): Promise<readonly (readonly FieldError[])[]> {
  const named = rules.flatMap(({ target }) => ("members" in target ? target.members : []));
  const members = await readMemberIds(read, accountId, [...new Set(named)]);
  const asksTeams = rules.some(({ target }) => "team" in target);
  const teams = new Set(asksTeams ? (await readTeams(read, accountId)).map(({ id }) => id) : []);
  const asksChannels = rules.some(({ conditions }) => conditions.channels !== undefined);
  const channels = asksChannels ? await readChannels(read, accountId) : [];
  const channelIds = new Set(channels.map(({ id }) => id));
  return rules.map(({ target, conditions }) => [
    ...("members" in target
      ? unknownIn("target.members", target.members, members, "There is no such member.")
      : []),
    ...("team" in target && !teams.has(target.team)
      ? [{ path: "target.team", message: "There is no such team." }]
      : []),
    ...unknownIn(
      "conditions.channels",
      conditions.channels ?? [],
      channelIds,
      "There is no such channel.",
    ),
  ]);
}

function unknownIn(
  path: string,
  ids: readonly string[],
  known: ReadonlySet<string>,
  message: string,
): readonly FieldError[] {
  return unknownEntries(path, ids, (id: string) => known.has(id), message);
}
