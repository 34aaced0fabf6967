-- What was taken back may come to hold again: a session that somebody got is back in line because they
-- left. So one notification *stands* for each key and recipient, and those taken back stay as history.
alter table notifications drop constraint notifications_account_id_session_id_member_id_key_key;
create unique index notifications_standing on notifications (account_id, session_id, member_id, key)
  where withdrawn_at is null;
