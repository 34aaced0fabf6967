-- Who changed what an admin sets up: settings, rules, members, tokens and channels. Nothing in it is ever
-- changed or removed, not even by the server itself.
create table audit_log (
  account_id uuid not null,
  id bigint generated always as identity,
  at bigint not null,
  -- Nobody of the business: the command line, or the set-up.
  member_id uuid,
  -- How they proved to be that member.
  via text not null check (via in ('login', 'token', 'link', 'commandLine')),
  ip text,
  act text not null,
  subject_id uuid,
  before json,
  after json,
  primary key (account_id, id),
  check ((via = 'commandLine') = (ip is null))
);
create index audit_log_of_subject on audit_log (account_id, subject_id, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% is append-only', tg_table_name;
end $$;
create trigger append_only before update or delete on audit_log
  for each row execute function refuse_change();
create trigger append_only_truncate before truncate on audit_log
  for each statement execute function refuse_change();

alter table audit_log enable row level security;
create policy own_account on audit_log to punctual_tenant
  using (account_id = current_setting('punctual.account_id', true)::uuid);
grant select on audit_log to punctual_tenant;
