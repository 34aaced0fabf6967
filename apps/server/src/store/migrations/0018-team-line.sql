-- A session that was transferred to a team waits for that team alone; the team gives such sessions away in
-- turn (docs/adr/0020).
alter table sessions add column team_id uuid;
create index sessions_of_team on sessions (account_id, team_id, id)
  where team_id is not null and closed_at is null;
alter table teams add column pointer_member_id uuid;
