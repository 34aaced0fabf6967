import { z } from "zod";
import { Id, nextCursor, PageQuery, Timestamp, TimestampInput } from "./common.ts";

/** What an admin sets up, and how it was changed. */
export const AuditAct = z.enum([
  "business.created",
  "business.changed",
  "settings.saved",
  "rule.created",
  "rule.changed",
  "rule.deleted",
  "rules.reordered",
  "businessHours.saved",
  "presenceSettings.saved",
  "tag.created",
  "tag.changed",
  "tag.deleted",
  "category.created",
  "category.changed",
  "category.deleted",
  "quickReply.created",
  "quickReply.changed",
  "quickReply.deleted",
  "closingRequirements.saved",
  "team.created",
  "team.changed",
  "team.deleted",
  "member.added",
  "member.changed",
  "member.deactivated",
  "member.reactivated",
  "invitation.created",
  "invitation.revoked",
  "member.channelsChanged",
  "invitation.accepted",
  "login.passwordChanged",
  "login.resetRequested",
  "login.resetLinkCreated",
  "login.passwordReset",
  "login.signedOut",
  "login.twoFactorTurnedOn",
  "login.twoFactorTurnedOff",
  "token.created",
  "token.revoked",
  "channel.created",
  "channel.changed",
]);
export type AuditAct = z.infer<typeof AuditAct>;

/** One change: who, when, from where, before and after. */
export const AuditEntry = z
  .object({
    id: z.string(),
    changedAt: Timestamp,
    /** `null`: nobody known: whoever followed or asked for a link, or has access to the server. */
    memberId: Id.nullable(),
    memberName: z.string().nullable(),
    via: z
      .enum(["login", "token", "link", "commandLine"])
      .describe(
        "How they proved who they are; a link is that of an invitation, the set-up or a new password",
      ),
    ip: z.string().nullable(),
    act: AuditAct,
    /** What was changed, such as a channel, rule, team, member, tag or token; `null`: the business. */
    subjectId: Id.nullable(),
    before: z.unknown().describe("As it was, without secrets; null: there was none"),
    after: z.unknown().describe("As it is, without secrets; null: there is none any more"),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof AuditEntry>;

const filters = {
  member: Id.optional().describe("Only what this member changed"),
  subject: Id.optional().describe("Only changes of this channel, rule, team, member, tag or token"),
  act: AuditAct.optional(),
  from: TimestampInput.optional(),
  until: TimestampInput.optional().describe("Before this time"),
};

export const AuditLogQuery = PageQuery.extend(filters);
export const AuditLogExportQuery = z.strictObject(filters);
export type AuditLogExportQuery = z.infer<typeof AuditLogExportQuery>;

export const AuditLogPage = z.object({ entries: z.array(AuditEntry), nextCursor });
