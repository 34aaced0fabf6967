/**
 * A watch inside the database: what may never be committed is noted in the moment it would be, under
 * the same locks, so that no race between reading and looking can hide it.
 *
 * - clock.md §9.1: closed by the clock while a customer is owed a reply, or a reply has not left.
 * - clock.md §9.3: an end message claimed for sending though the customer wrote meanwhile, unless whoever
 *   claimed it took it back.
 *
 * `test_violations` has what was found.
 */
export const WATCH_SQL = `
  create table test_notes (what text not null, session_id uuid not null, message_id uuid);
  create view test_violations as
    select n.what, n.session_id from test_notes n left join messages m on m.id = n.message_id
    where m.delivery is distinct from 'withdrawn';

  create function watch_closes() returns trigger language plpgsql as $$
  begin
    if exists (
      select 1 from messages m
      where m.account_id = new.account_id and m.session_id = new.id
        and m.kind = 'inbound' and not m.starts_nothing and not m.settled
        and not exists (
          select 1 from messages a
          where a.account_id = m.account_id and a.session_id = m.session_id and a.kind = 'agent'
            and case when a.is_echo then a.stamp >= m.stamp
                else a.seq > m.seq and a.delivery <> 'failed' end)
    ) then
      insert into test_notes values ('9.1: closed while the customer is owed a reply', new.id);
    end if;
    if exists (
      select 1 from outbox o
      where o.account_id = new.account_id and o.session_id = new.id and o.kind = 'agent'
    ) then
      insert into test_notes values ('9.1: closed while a reply has not left', new.id);
    end if;
    return null;
  end $$;
  create trigger watch_closes after update on sessions for each row
    when (old.closed_at is null and new.closed_kind = 'clock') execute function watch_closes();

  create function watch_claims() returns trigger language plpgsql as $$
  begin
    if exists (
      select 1 from messages m
      join messages ending on ending.account_id = new.account_id and ending.id = new.message_id
      where m.account_id = new.account_id and m.channel_id = new.channel_id
        and m.contact_id = new.contact_id and m.kind = 'inbound' and not m.starts_nothing
        and m.seq > ending.seq
    ) then
      insert into test_notes values (
        '9.3: an end message leaves after the customer wrote again',
        new.session_id, new.message_id);
    end if;
    return null;
  end $$;
  create trigger watch_claims after update on outbox for each row
    when (old.state = 'queued' and new.state = 'sending' and new.kind = 'end')
    execute function watch_claims();`;
