-- Lists of contacts by what few of them have.
create index contacts_of_owner on contacts (account_id, owner_member_id, id)
  where owner_member_id is not null;
create index contacts_blocked on contacts (account_id, id) where blocked_at is not null;
