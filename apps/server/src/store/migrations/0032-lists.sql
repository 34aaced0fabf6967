-- A team's sessions, closed ones too: a list of those looked through all that the business ever closed.
drop index sessions_of_team;
create index sessions_of_team on sessions (account_id, team_id, id) where team_id is not null;
