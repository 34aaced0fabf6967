-- Every row that a decision writes pays for each index of its table. These found nothing that another
-- one doesn't find as well (docs/adr/0017).

-- Nobody asks for a session's rows of the outbox.
drop index outbox_of_session;
-- Only what an agent wrote is reported when it is late: end messages need no entry.
drop index outbox_late;
create index outbox_late on outbox (created_at) where reported_late_at is null and kind = 'agent';
-- Old events are found from the lowest id.
drop index events_age;
-- The unique key begins with account and session too. A session has some dozens of acts: putting those
-- in order costs less than keeping every act of every session in a second order.
alter table timeline drop constraint timeline_pkey;

-- Nearly every decision writes a new version of its session's row, and with it an entry in each of these
-- next to the old one: room for it spares splitting the page.
alter index sessions_pkey set (fillfactor = 60);
alter index sessions_of_contact set (fillfactor = 60);

-- An event is only handed on, as the text it is; PostgreSQL need not parse it.
alter table events alter column payload type text;
