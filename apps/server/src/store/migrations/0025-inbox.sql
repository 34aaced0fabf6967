-- Sessions that the clock warned of and that are not overdue yet: few, and people look at them all day.
create index sessions_due_soon on sessions (account_id, id)
  where overdue_at is not null and warn_at is null;
