import { z } from "zod";
import { BusinessAct } from "../permissions.ts";
import { ChannelLimit } from "./channel.ts";
import { Email, Id, MemberStatus, Password, PersonName, Role, Timestamp } from "./common.ts";

export const Member = z
  .object({
    id: Id,
    name: z.string(),
    email: z.string(),
    role: Role,
    active: z.boolean(),
    status: MemberStatus,
    /** Away because they were idle; their next activity makes them available again. */
    autoAway: z.boolean(),
    /** A live connection and status *available* (clock.md §8). */
    online: z.boolean(),
    /** Open sessions this member holds, snoozed ones included. */
    openSessions: z.int(),
    /** Most open, unsnoozed sessions this member may hold; `null`: no limit of their own. */
    capacity: z.int().nullable(),
    channelIds: ChannelLimit.describe(
      "Channels whose sessions they may get and see as an agent, beside those of their teams; null: no limit of their own",
    ),
    /** Whether the member can log in yet, or still has to accept the invitation. */
    hasLogin: z.boolean(),
  })
  .meta({ id: "Member" });
export type Member = z.infer<typeof Member>;

export const Members = z.object({ members: z.array(Member) });

export const AddMemberBody = z.strictObject({
  email: Email,
  name: PersonName,
  role: Role.default("agent"),
});

/** By which a member chooses a password: whoever has it becomes that member, so it is shown once at most. */
export const PasswordLink = z.object({
  url: z.string().nullable().describe("Give it to the member; null: they are mailed it"),
  expiresAt: Timestamp,
  emailed: z.boolean().describe("Whether it is mailed; false: this server sends no e-mail"),
});
export type PasswordLink = z.infer<typeof PasswordLink>;
export const AddedMember = z.object({ member: Member, invitation: PasswordLink });

export const ChangeMemberBody = z.strictObject({
  name: PersonName.optional(),
  role: Role.optional(),
  /** Most open, unsnoozed sessions; `null`: no limit of their own. */
  capacity: z.int().min(1).max(10_000).nullable().optional(),
});

/** How a member gets in. */
export const Login = z
  .object({
    memberId: Id,
    hasLogin: z.boolean(),
    twoFactor: z.boolean(),
    /** On how many devices they are logged in. */
    signedIn: z.int(),
    /** The newest invitation; `null`: none, or revoked. */
    invitation: z
      .object({
        state: z.enum(["pending", "expired", "accepted"]),
        createdAt: Timestamp,
        expiresAt: Timestamp,
        acceptedAt: Timestamp.nullable(),
        email: z
          .enum(["off", "waiting", "sent", "failed"])
          .describe("What became of its e-mail; off: it was not mailed"),
      })
      .nullable(),
  })
  .meta({ id: "Login" });
export type Login = z.infer<typeof Login>;
export const Logins = z.object({ logins: z.array(Login) });

export const RequestResetBody = z.strictObject({ email: Email });
export const UseResetBody = z.strictObject({
  token: z.string().min(1).max(200),
  password: Password,
});
export const UsedReset = z.object({ email: z.string() });

export const Me = z
  .object({
    member: Member,
    account: z.object({ id: Id, name: z.string() }),
    may: z.array(BusinessAct).describe("What you may do in your business"),
    server: z.object({
      sendsEmail: z.boolean().describe("Whether this server mails invitations and the like"),
    }),
  })
  .meta({ id: "Me" });

export const MePatch = z.strictObject({ name: PersonName });
export const StatusBody = z.strictObject({ status: MemberStatus });

export const AcceptInvitationBody = z.strictObject({
  token: z.string().min(1).max(200),
  password: Password,
});
export const AcceptedInvitation = z.object({ email: z.string() });

/** What a one-time link is for. */
export const LinkKind = z.enum(["setup", "invitation", "passwordReset"]);
export type LinkKind = z.infer<typeof LinkKind>;
export const CheckLinkBody = z.strictObject({ link: LinkKind, token: z.string().max(200) });
/** Whom a link that can still be used is for; of the set-up link, nobody yet. */
export const CheckedLink = z
  .object({ name: z.string().nullable(), email: z.string().nullable() })
  .meta({ id: "CheckedLink" });
export type CheckedLink = z.infer<typeof CheckedLink>;

export const SetupBody = z.strictObject({
  token: z.string().min(1).max(200),
  businessName: PersonName,
  name: PersonName,
  email: Email,
  password: Password,
});
export const SetupResult = z.object({ accountId: Id, memberId: Id });

export const ApiToken = z
  .object({ id: Id, memberId: Id, name: z.string(), createdAt: Timestamp })
  .meta({ id: "ApiToken" });
export type ApiToken = z.infer<typeof ApiToken>;
/** Most live API tokens of a member. */
export const MAX_TOKENS = 100;

export const ApiTokens = z.object({ tokens: z.array(ApiToken) });
export const CreateTokenBody = z.strictObject({
  name: PersonName,
  /** Whom it acts as; another member's needs an admin. */
  memberId: Id.optional(),
});
/** `secret` is shown once. */
export const CreatedToken = ApiToken.extend({ secret: z.string() });
export const TokenParams = z.object({ tokenId: Id });
export const MemberParams = z.object({ memberId: Id });
