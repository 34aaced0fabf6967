-- A team's sessions, closed ones too: a list of those looked through all that the business ever closed.
drop index sessions_of_team;
create index sessions_of_team on sessions (account_id, team_id, id) where team_id is not null;

-- What one member changed, and every change of one kind: an export looked through the whole log.
create index audit_log_of_member on audit_log (account_id, member_id, id);
create index audit_log_of_act on audit_log (account_id, act, id);

-- The contacts of a tag. Contacts carry the names, because the conditions of rules do; by these they are
-- found: the names have no index that gives an order.
create table contact_tags (
  account_id uuid not null,
  contact_id uuid not null,
  tag_id uuid not null,
  primary key (account_id, contact_id, tag_id)
);
create index contact_tags_of_tag on contact_tags (account_id, tag_id, contact_id);
insert into contact_tags (account_id, contact_id, tag_id)
  select distinct c.account_id, c.id, t.id
  from contacts c
  cross join unnest(c.tags) as named (name)
  join tags t on t.account_id = c.account_id and t.name = named.name;
drop index contacts_tagged;
alter table contact_tags enable row level security;
create policy own_account on contact_tags to punctual_tenant
  using (account_id = current_setting('punctual.account_id', true)::uuid);
grant select on contact_tags to punctual_tenant;
