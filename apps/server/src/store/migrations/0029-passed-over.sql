-- Why nobody got the session when it was last looked for somebody: what is new of it goes onto the timeline
-- once (clock.md §7); null: it was not.
alter table sessions add column wait_passed_over text;
