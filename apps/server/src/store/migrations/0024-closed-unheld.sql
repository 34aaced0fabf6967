-- Closed sessions that nobody held, newest first: the other index of closed ones gives no order where the
-- assignee is null, and an agent's list looked through the whole account. Written by such a close alone.
create index sessions_closed_unheld on sessions (account_id, id)
  where closed_at is not null and assignee_id is null;
