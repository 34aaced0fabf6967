-- Each message that comes in writes a new version of its contact's identity and of its session. With room
-- for it on the same page no index is touched, and the old version goes with the next look at the page:
-- under load the table stays half as large as when it was filled to 85 % (docs/adr/0017).
alter table sessions set (fillfactor = 60);
alter table contact_identities set (fillfactor = 70);
