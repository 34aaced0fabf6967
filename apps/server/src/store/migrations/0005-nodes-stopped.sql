-- When a node stopped in order; null while it runs, and for one that died. The row stays: an outage is
-- measured from the newest heartbeat, also that of a node that was stopped on purpose (clock.md §6).
alter table nodes add column stopped_at bigint;
