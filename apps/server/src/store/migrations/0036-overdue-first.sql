-- "Next deadline" begins with what is overdue: its deadline has passed, and it stood last for having none.
drop index sessions_by_deadline;
create index sessions_by_deadline on sessions
  (account_id, coalesce(wait_overdue_since, next_due_at, 9007199254740991), id) where closed_at is null;
