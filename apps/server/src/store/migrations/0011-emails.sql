-- E-mails to members, written in the commit of what they tell and sent by the mail loop.
--
--   waiting ──claim──▶ being sent ──▶ sent | failed
--      │                   └──later──▶ waiting
--      └──▶ withdrawn | failed (too late to be of use)
--
-- Exactly one of the five times says which.
create table emails (
  account_id uuid not null,
  id uuid not null,
  kind text not null,
  -- What an account mails once: the same key is never queued again.
  dedupe_key text not null,
  to_address text not null,
  subject text not null,
  -- Plain text. It may hold a secret link, so it goes when nothing is sent any more.
  body text,
  created_at bigint not null,
  expires_at bigint not null,
  attempts integer not null default 0,
  next_attempt_at bigint,
  claimed_at bigint,
  sent_at bigint,
  failed_at bigint,
  withdrawn_at bigint,
  -- What the mail server said to the last attempt that did not succeed.
  error text,
  primary key (account_id, id),
  unique (account_id, dedupe_key),
  check (num_nonnulls(next_attempt_at, claimed_at, sent_at, failed_at, withdrawn_at) = 1),
  check ((body is not null) = (num_nonnulls(next_attempt_at, claimed_at) = 1))
);
create index emails_waiting on emails (next_attempt_at) where next_attempt_at is not null;
create index emails_claimed on emails (claimed_at) where claimed_at is not null;
create index emails_by_age on emails (created_at);
alter table emails enable row level security;
