-- Teams of members. A member may be in several; their order in a team is the turn order of rules that
-- give sessions to it.
create table teams (
  account_id uuid not null,
  id uuid not null,
  name text not null check (name <> ''),
  created_at bigint not null,
  primary key (account_id, id)
);
create unique index teams_name on teams (account_id, lower(name));

create table team_members (
  account_id uuid not null,
  team_id uuid not null,
  member_id uuid not null,
  position integer not null,
  primary key (account_id, team_id, member_id)
);
create index team_members_of_member on team_members (account_id, member_id);

-- Access limited to channels. A member without rows of their own or of their teams reaches all channels;
-- otherwise the ones named by either.
create table channel_limits (
  account_id uuid not null,
  id uuid not null,
  channel_id uuid not null,
  member_id uuid,
  team_id uuid,
  primary key (account_id, id),
  check (num_nonnulls(member_id, team_id) = 1)
);
create unique index channel_limits_of_member on channel_limits (account_id, member_id, channel_id)
  where member_id is not null;
create unique index channel_limits_of_team on channel_limits (account_id, team_id, channel_id)
  where team_id is not null;

do $$
declare t text;
begin
  foreach t in array array['teams', 'team_members', 'channel_limits'] loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_account on %I to punctual_tenant
         using (account_id = current_setting(''punctual.account_id'', true)::uuid)', t);
    execute format('grant select on %I to punctual_tenant', t);
  end loop;
end $$;
