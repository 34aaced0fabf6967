import type { Queryable, Row } from "../platform/database.ts";

/** How a member gets in. */
export interface LoginRow extends Row {
  readonly member_id: string;
  readonly has_login: boolean;
  readonly two_factor: boolean;
  readonly signed_in: number;
  /** Of the newest invitation; all null: there is none. */
  readonly created_at: number | null;
  readonly expires_at: number | null;
  readonly used_at: number | null;
  readonly is_expired: boolean | null;
  readonly email: "off" | "waiting" | "sent" | "failed" | null;
}

/**
 * Everybody's login and invitation, in the order the members came. Not for a connection that reads as
 * one business: better-auth's tables belong to no account, and are reached through its members only.
 */
export async function readLogins(read: Queryable, accountId: string): Promise<LoginRow[]> {
  return await read.query<LoginRow>(
    `select m.id as member_id, m.auth_user_id is not null as has_login,
       coalesce(u."twoFactorEnabled", false) as two_factor,
       (select count(*)::int from auth.session s
         where s."userId" = m.auth_user_id and s."expiresAt" > now()) as signed_in,
       i.created_at, i.expires_at, i.used_at, i.expires_at <= now_ms() as is_expired,
       case when i.member_id is null then null
         when e.id is null then 'off'
         when e.sent_at is not null then 'sent'
         when e.failed_at is not null then 'failed'
         else 'waiting' end as email
     from members m
     left join auth."user" u on u.id = m.auth_user_id
     left join lateral (
       select * from invitations i
       where i.account_id = m.account_id and i.member_id = m.id and i.purpose = 'invitation'
       order by i.created_at desc limit 1
     ) i on true
     left join emails e on e.account_id = m.account_id
       and e.dedupe_key = 'link:' || encode(i.token_hash, 'hex')
     where m.account_id = $1 order by m.created_at, m.id`,
    [accountId],
  );
}
