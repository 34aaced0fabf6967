-- Who sees which sessions (docs/visibility.md). An event that takes a session out of somebody's sight says
-- whose: {"members": ids, "queue": whether it was unassigned until then}.
alter table events add column lost_by json;

-- Sessions that somebody held in the running wait and does no longer: they may still read them. Few, and
-- any agent's list looks for their own among them.
create index sessions_handed_on on sessions (account_id, id)
  where closed_at is null and json_array_length(wait_holders) > (assignee_id is not null)::int;

-- A member's closed sessions, newest first, and those that nobody held. Written once, by the close.
create index sessions_closed_of on sessions (account_id, assignee_id, id) where closed_at is not null;
