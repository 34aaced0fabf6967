-- Somebody supports or follows the session, and is told of new messages. Kept beside the people themselves,
-- so that a message in a session that nobody watches costs no look-up.
alter table sessions add column watched boolean not null default false;
update sessions s set watched = true
  from (select distinct account_id, session_id from session_people) p
  where s.account_id = p.account_id and s.id = p.session_id;
