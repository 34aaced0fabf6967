-- Reads that run as one business ask who is online, which depends on outages (clock.md §6), and follow
-- the event log, whose cursors name its epoch. None of these tables says anything about a business.
grant select on outages, nodes, event_epoch to punctual_tenant;
