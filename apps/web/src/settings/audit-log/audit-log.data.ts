/** An entry of the audit log as people read it: what was done, to what, and what differs since. Pure. */
import type { AuditAct, AuditEntry } from "@punctual/contract";
import type { AuditFilters } from "./audit-filters.data.ts";

type Joined<Act> = Act extends `${infer What}.${infer How}` ? `${What}${Capitalize<How>}` : never;
export type ActText = Joined<AuditAct>;

/** The word for each act, in the order in which they are offered. */
export const ACT_TEXTS: { readonly [Act in AuditAct]: Joined<Act> } = {
  "business.created": "businessCreated",
  "business.changed": "businessChanged",
  "settings.saved": "settingsSaved",
  "rule.created": "ruleCreated",
  "rule.changed": "ruleChanged",
  "rule.deleted": "ruleDeleted",
  "rules.reordered": "rulesReordered",
  "businessHours.saved": "businessHoursSaved",
  "presenceSettings.saved": "presenceSettingsSaved",
  "tag.created": "tagCreated",
  "tag.changed": "tagChanged",
  "tag.deleted": "tagDeleted",
  "category.created": "categoryCreated",
  "category.changed": "categoryChanged",
  "category.deleted": "categoryDeleted",
  "quickReply.created": "quickReplyCreated",
  "quickReply.changed": "quickReplyChanged",
  "quickReply.deleted": "quickReplyDeleted",
  "closingRequirements.saved": "closingRequirementsSaved",
  "team.created": "teamCreated",
  "team.changed": "teamChanged",
  "team.deleted": "teamDeleted",
  "member.added": "memberAdded",
  "member.changed": "memberChanged",
  "member.deactivated": "memberDeactivated",
  "member.reactivated": "memberReactivated",
  "member.channelsChanged": "memberChannelsChanged",
  "invitation.created": "invitationCreated",
  "invitation.revoked": "invitationRevoked",
  "invitation.accepted": "invitationAccepted",
  "login.passwordChanged": "loginPasswordChanged",
  "login.resetRequested": "loginResetRequested",
  "login.resetLinkCreated": "loginResetLinkCreated",
  "login.passwordReset": "loginPasswordReset",
  "login.signedOut": "loginSignedOut",
  "login.twoFactorTurnedOn": "loginTwoFactorTurnedOn",
  "login.twoFactorTurnedOff": "loginTwoFactorTurnedOff",
  "token.created": "tokenCreated",
  "token.revoked": "tokenRevoked",
  "channel.created": "channelCreated",
  "channel.changed": "channelChanged",
};

export const ACTS = Object.keys(ACT_TEXTS) as AuditAct[];

/** Whatever the address says; null where that is no act. */
export function actOf(text: string | undefined): AuditAct | null {
  return ACTS.find((act) => act === text) ?? null;
}

/** What the server is asked; days become the moments at which they begin and end where the viewer is. */
export function auditQueryOf({ member, act, from, until }: AuditFilters) {
  return {
    member: member ?? null,
    act: actOf(act),
    from: startOfDay(from, 0),
    until: startOfDay(until, 1),
  };
}

function startOfDay(day: string | undefined, daysLater: number): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "");
  if (match === null) return null;
  const [, year, month, date] = match;
  return new Date(Number(year), Number(month) - 1, Number(date) + daysLater).toISOString();
}

export interface AuditChange {
  /** Where in the thing, such as `settings.reply.limitMinutes`; empty: the thing itself. */
  readonly path: string;
  /** JSON without quotes; null: it wasn't there. */
  readonly from: string | null;
  readonly to: string | null;
}

/** What differs between before and after, each value where it stands. Lists are compared as a whole. */
export function changesOf({ before, after }: Pick<AuditEntry, "before" | "after">): AuditChange[] {
  const was = flatten(before);
  const is = flatten(after);
  const paths = [...new Set([...was.keys(), ...is.keys()])];
  return paths.flatMap((path) => {
    const from = was.get(path) ?? null;
    const to = is.get(path) ?? null;
    return from === to ? [] : [{ path, from, to }];
  });
}

/** What the thing was called when it was changed, or is called; null: it has no name. */
export function subjectName({ before, after }: Pick<AuditEntry, "before" | "after">) {
  return nameIn(after) ?? nameIn(before);
}

function nameIn(value: unknown): string | null {
  if (!isRecord(value)) return null;
  const name = value.name ?? value.shortcut;
  return typeof name === "string" ? name : null;
}

function flatten(value: unknown, path = ""): Map<string, string> {
  if (value === null || value === undefined) return new Map();
  if (!isRecord(value)) {
    return new Map([[path, typeof value === "string" ? value : JSON.stringify(value)]]);
  }
  return new Map(
    Object.entries(value).flatMap(([key, inner]) => [
      ...flatten(inner, path === "" ? key : `${path}.${key}`),
    ]),
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
