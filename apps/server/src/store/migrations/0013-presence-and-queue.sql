-- A business may have hours, which rules can ask for. No row: it is always open.
create table business_hours (
  account_id uuid primary key,
  time_zone text not null,
  -- The hours of each weekday, and dates on which it is closed all day, as the API has them.
  weekdays json not null,
  holidays json not null,
  -- When it opens or closes next, so that the line moves then; null: never.
  next_change_at bigint
);
create index business_hours_next on business_hours (next_change_at) where next_change_at is not null;
alter table business_hours enable row level security;
create policy own_account on business_hours to punctual_tenant
  using (account_id = current_setting('punctual.account_id', true)::uuid);
grant select on business_hours to punctual_tenant;

-- After so many minutes without a sign of activity a member counts as away; null: never.
alter table accounts add column auto_away_minutes integer
  check (auto_away_minutes between 1 and 1440);
create index accounts_auto_away on accounts (id) where auto_away_minutes is not null;

-- `status` stays what the member chose: `auto_away_at` lies over it until the next sign of activity.
alter table members add column active_at bigint;
alter table members add column auto_away_at bigint;
-- They went offline, and what they hold with a wait moves from then on; null: nothing is left to move.
alter table members add column sessions_move_at bigint;
create index members_sessions_move on members (sessions_move_at) where sessions_move_at is not null;

-- Sessions that were given away out of the line: the rate at which it moves.
alter table assignments add column from_line boolean not null default false;
create index assignments_from_line on assignments (account_id, at) where from_line;
