-- Texts that agents send often, typed by their shortcut.
create table quick_replies (
  account_id uuid not null,
  id uuid not null,
  -- In lower case, without the slash.
  shortcut text not null check (shortcut <> ''),
  text text not null check (text <> ''),
  changed_at bigint not null,
  -- Null: nobody of the business, but somebody with access to the server.
  changed_by uuid,
  primary key (account_id, id)
);
create unique index quick_replies_shortcut on quick_replies (account_id, shortcut);

-- A member's own views of the inbox.
create table saved_views (
  account_id uuid not null,
  member_id uuid not null,
  id uuid not null,
  position integer not null,
  name text not null check (name <> ''),
  -- As the API has them.
  filters json not null,
  sort text not null check (sort in ('nextDeadline', 'longestWaiting', 'newest')),
  primary key (account_id, member_id, id)
);

do $$
declare t text;
begin
  foreach t in array array['quick_replies', 'saved_views'] loop
    execute format('alter table %I enable row level security', t);
    execute format(
      'create policy own_account on %I to punctual_tenant
         using (account_id = current_setting(''punctual.account_id'', true)::uuid)', t);
    execute format('grant select on %I to punctual_tenant', t);
  end loop;
end $$;
