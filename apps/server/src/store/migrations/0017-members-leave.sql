-- Deactivated members: the sessions they hold are found by this time, and handed over by the rules.
alter table members add column deactivated_at bigint;
update members set deactivated_at = now_ms() where not active;
create index members_deactivated on members (coalesce(deactivated_at, 0)) where not active;

-- The same one-time links let somebody who has a login choose a new password.
alter table invitations add column purpose text not null default 'invitation'
  check (purpose in ('invitation', 'passwordReset'));
create index invitations_resets_by_age on invitations (expires_at) where purpose = 'passwordReset';
