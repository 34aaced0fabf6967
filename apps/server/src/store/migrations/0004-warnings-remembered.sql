-- Deadlines that earlier warnings of a wait were given for: one that moves back to such a deadline
-- doesn't warn again (clock.md §9.2).
alter table sessions add column wait_warned_before json not null default '[]';
alter table waits add column warned_before json not null default '[]';
