import {
  type AssignmentRuleInput,
  type DryRunBody,
  type DryRunResult,
  PunctualError,
  throwFieldErrors,
} from "@punctual/contract";
import {
  judgeRules,
  type Roster,
  type RosterRule,
  type RouteRequest,
  route,
} from "@punctual/session";
import type { Queryable } from "../platform/database.ts";
import { randomUnit } from "../platform/random.ts";
import { readBusinessHours } from "../store/business-hours.ts";
import { readChannels } from "../store/channels.ts";
import { readMemberIds, readMemberNames } from "../store/members.ts";
import { readNow } from "../store/now.ts";
import { readRoster } from "../store/roster.ts";
import { type FoundContact, readRoutedContact } from "../store/routed-contact.ts";
import { readTeams } from "../store/teams.ts";
import { timestamp } from "../views/timestamp.ts";
import type { Deps } from "./deps.ts";
import { unknownNames } from "./save-rule.ts";

/**
 * Says who would get a contact's next session now, and why: by the same function that gives sessions away.
 * Writes nothing and uses up no turn. Throws `contact_not_found`, `channel_not_found`, and
 * `validation_failed` when rules to try name what the business doesn't have.
 */
export async function tryRules(
  { db }: Pick<Deps, "db">,
  accountId: string,
  { contact, rules }: DryRunBody,
): Promise<DryRunResult> {
  return await db.readAs(accountId, async (read) => {
    const found = await findContact(read, accountId, contact);
    const saved = await readRoster(read, accountId, { wholeLoads: true });
    const roster = rules === undefined ? saved : await withRules(read, accountId, saved, rules);
    const request: RouteRequest = {
      contact: found.routed,
      team: null,
      excluded: new Map(),
      ignorePreviousAgent: false,
      at: await readNow(read),
      random: randomUnit(),
    };
    const names = await readMemberNames(read, accountId);
    return present({ roster, request, names, found, areSaved: rules === undefined });
  });
}

async function findContact(
  read: Queryable,
  accountId: string,
  contact: DryRunBody["contact"],
): Promise<FoundContact> {
  const { channelId } = contact;
  if (channelId !== undefined) {
    const channels = await readChannels(read, accountId);
    if (!channels.some(({ id }) => id === channelId)) throw new PunctualError("channel_not_found");
  }
  if ("id" in contact) {
    const found = await readRoutedContact(read, accountId, contact);
    if (found === null) throw new PunctualError("contact_not_found");
    return found;
  }
  const { tags, attributes, customer, ownerId, previousAgentId } = contact;
  await requireMembers(read, accountId, { ownerId, previousAgentId });
  return {
    routed: {
      ...{ channelId: contact.channelId, tags, attributes },
      returning: customer === "returning",
      previousAgent: previousAgentId ?? null,
      owner: ownerId ?? null,
    },
    openSession: null,
  };
}

async function requireMembers(
  read: Queryable,
  accountId: string,
  people: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const named = Object.entries(people).filter(([, id]) => id !== undefined);
  const ids = named.flatMap(([, id]) => id ?? []);
  const known = await readMemberIds(read, accountId, ids);
  const errors = named
    .filter(([, id]) => !known.has(id ?? ""))
    .map(([name]) => ({ path: `contact.${name}`, message: "There is no such member." }));
  throwFieldErrors(errors);
}

/** The roster with other rules, whose turns begin with the first member. */
async function withRules(
  read: Queryable,
  accountId: string,
  roster: Roster,
  inputs: readonly AssignmentRuleInput[],
): Promise<Roster> {
  const unknown = await unknownNames(read, accountId, inputs);
  throwFieldErrors(
    unknown.flatMap((errors, index) =>
      errors.map((each) => ({ ...each, path: `rules.${index}.${each.path}` })),
    ),
  );
  const teams = new Map((await readTeams(read, accountId)).map((team) => [team.id, team]));
  const rules = inputs.map((input, index): RosterRule => {
    const { position: _position, target, ...rule } = input;
    const members = "team" in target ? (teams.get(target.team)?.member_ids ?? []) : [];
    const whom = "team" in target ? { members } : target;
    return { ...rule, id: String(index), target: whom, pointer: null };
  });
  return { ...roster, rules, businessHours: await readBusinessHours(read, accountId) };
}

interface Tried {
  readonly roster: Roster;
  readonly request: RouteRequest;
  readonly names: ReadonlyMap<string, string>;
  readonly found: FoundContact;
  /** The rules are those of the business, with ids of their own. */
  readonly areSaved: boolean;
}

function present({ roster, request, names, found, areSaved }: Tried): DryRunResult {
  const result = route(roster, request);
  return {
    decidedAt: timestamp(request.at),
    memberId: result.memberId,
    decidedBy: result.rule === null ? null : roster.rules.indexOf(result.rule),
    byChance: result.rule?.mode === "random" && result.candidates.length > 1,
    candidates: result.candidates.map(({ memberId, verdict }) => ({
      ...{ memberId, verdict },
      name: names.get(memberId) ?? "",
    })),
    rules: judgeRules(roster, request).map(({ rule, mismatch }) => ({
      ruleId: areSaved ? rule.id : null,
      name: rule.name,
      matches: mismatch === null,
      whyNot: mismatch,
    })),
    openSession: found.openSession,
  };
}
