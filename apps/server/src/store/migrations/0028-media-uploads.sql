-- Files that members uploaded to be sent: they lie at the provider, which gave them an id.
create table media_uploads (
  account_id uuid not null,
  id uuid not null,
  -- They can be sent in this session alone.
  session_id uuid not null,
  type text not null check (type in ('image', 'video', 'audio', 'document', 'sticker')),
  mime_type text not null,
  file_name text,
  bytes integer not null,
  media_id text not null,
  uploaded_by uuid not null,
  created_at bigint not null,
  -- The provider keeps them no longer.
  expires_at bigint not null,
  primary key (account_id, id)
);
create index media_uploads_by_end on media_uploads (expires_at);
alter table media_uploads enable row level security;
create policy own_account on media_uploads to punctual_tenant
  using (account_id = current_setting('punctual.account_id', true)::uuid);
grant select on media_uploads to punctual_tenant;
