-- What was answered today. Waits are written in the order of their ends, so a summary of each stretch of
-- the table finds a day, and costs an answer nothing.
create index waits_by_end on waits using brin (ended_at) with (pages_per_range = 16);

-- How a channel's webhooks go: for whoever connects it, and for whoever finds that nothing comes any more.
alter table channels
  -- The provider's handshake succeeded last.
  add column handshake_at bigint,
  -- The first webhook that the provider signed; the last one is `last_webhook_at`, up to a minute old.
  add column first_webhook_at bigint,
  -- The last refusal. One that a later success answered is over.
  add column refused_at bigint,
  add column refused_reason text check (refused_reason in ('signature', 'verifyToken')),
  add constraint channels_refused check ((refused_at is null) = (refused_reason is null));
update channels set first_webhook_at = last_webhook_at;
