-- A look-up by external id must not be able to go another way. On tables too new for statistics the planner
-- thinks that an account has one message, and every other index of the table begins with the account: it
-- once read all messages of a business for each that came in. So this index begins with the channel,
-- and look-ups compare the account in a way that no index can serve.
create unique index messages_by_external_id on messages (channel_id, external_id, account_id)
  where external_id is not null;
drop index if exists messages_external;
