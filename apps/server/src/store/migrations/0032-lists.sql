-- A team's sessions, closed ones too: a list of those looked through all that the business ever closed.
drop index sessions_of_team;
create index sessions_of_team on sessions (account_id, team_id, id) where team_id is not null;

-- What one member changed, and every change of one kind: an export looked through the whole log.
create index audit_log_of_member on audit_log (account_id, member_id, id);
create index audit_log_of_act on audit_log (account_id, act, id);
