import { NO_ONCE, type Plant } from "./plant.ts";

const SERVER = "apps/server/src";

/** Bugs of the store, the actions and the loops: right decisions that races and crashes spoil. */
export const serverPlants: readonly Plant[] = [
  {
    name: "reply-without-lock",
    rule: "§9.1",
    why: "A reply and a customer's message at once: the one that commits last forgets the other.",
    edits: [
      {
        file: `${SERVER}/store/load-sessions.ts`,
        find: '"order by s.account_id, s.id for update of s"',
        replace: '"order by s.account_id, s.id"',
      },
    ],
  },
  {
    name: "outbox-claimed-by-two",
    rule: "§9.2",
    why: "Two nodes claim the same message, and both send it.",
    edits: [
      {
        file: `${SERVER}/store/outbox.ts`,
        find: "order by o.next_attempt_at limit $2 for update of o skip locked",
        replace: "order by o.next_attempt_at limit $2",
      },
    ],
  },
  {
    name: "stale-claims-sent-again",
    rule: "§9.2",
    why: "A claim whose node died is put back into the queue: the message may have left already.",
    edits: [
      {
        file: `${SERVER}/actions/settle-stale-sends.ts`,
        find: "  if (stale.length === 0) return;\n",
        replace: `  if (stale.length === 0) return;
  await deps.db.query(
    \`update outbox set state = 'queued', claimed_at = null, claimed_by = null
     where message_id = any($1)\`,
    [stale.map(({ messageId }) => messageId)],
  );
  if (stale.length > 0) return;
`,
      },
    ],
  },
  {
    name: "unknown-sent-again",
    rule: "§9.2",
    why: "A send whose answer got lost is simply tried again.",
    edits: [
      {
        file: `${SERVER}/actions/record-delivery.ts`,
        find: '({ outcome }) => outcome.type === "sent" || outcome.type === "unknown",',
        replace: '({ outcome }) => outcome.type === "sent",',
      },
      {
        file: `${SERVER}/actions/record-delivery.ts`,
        find: '    if (outcome.type === "retry") await recordRetry(deps, send, outcome);',
        replace: `    if (outcome.type === "unknown") {
      await deps.db.transaction(async (tx) => requeueSend(tx, send, 1_000));
    } else if (outcome.type === "retry") await recordRetry(deps, send, outcome);`,
      },
    ],
  },
  {
    name: "sent-before-claim-commits",
    rule: "§9.2",
    why: "A message goes out while its claim may still be rolled back.",
    edits: [
      {
        file: `${SERVER}/loops/outbox-loop.ts`,
        find: "const claimed = await deps.db.transaction((tx) => claimSends(tx, options.nodeId, room));",
        replace: `const claimed: readonly ClaimedSend[] = await deps.db.transaction(async (tx) => {
      for (const send of await claimSends(tx, options.nodeId, room)) {
        const promise = sendOne(send).finally(() => sending.delete(promise));
        sending.add(promise);
      }
      return [];
    });`,
      },
    ],
  },
  {
    name: "timers-without-lock",
    rule: "§9.2",
    why: "Two nodes decide the same deadline: both warn, both mark, both close.",
    edits: [
      {
        file: `${SERVER}/store/load-sessions.ts`,
        find: "order by s.next_due_at limit $1 for update of s skip locked",
        replace: "order by s.next_due_at limit $1",
      },
    ],
    sql: [NO_ONCE, "drop index messages_one_end"],
  },
  {
    name: "close-not-checked-at-sending",
    rule: "§9.3",
    why: "An end message that had to be tried again leaves though the customer wrote meanwhile.",
    edits: [
      {
        file: `${SERVER}/loops/outbox-loop.ts`,
        find: "if (!send.closeStands) return CLOSE_UNDONE;",
        replace: "",
      },
    ],
  },
  {
    name: "end-message-never-withdrawn",
    rule: "§9.3",
    why: "The store forgets to take an unclaimed end message out of the outbox.",
    edits: [
      {
        file: `${SERVER}/store/apply-decisions.ts`,
        find: "and o.contact_id = u.contact_id and o.kind = 'end' and o.state = 'queued'",
        replace: "and o.contact_id = u.contact_id and o.kind = 'end' and false",
      },
    ],
  },
  {
    name: "routing-without-lock",
    rule: "§9.4",
    why: "Two decisions at once give the last free place of an agent to two sessions.",
    edits: [
      {
        file: `${SERVER}/store/roster.ts`,
        find: 'lockAccount(tx, "routing", accountId);',
        replace: "void lockAccount;",
      },
    ],
  },
  {
    name: "away-still-online",
    rule: "§9.4",
    why: "An agent who said that they are away counts as online.",
    edits: [
      {
        file: `${SERVER}/store/presence.ts`,
        find: "m.active and m.status = 'available' and exists",
        replace: "m.active and exists",
      },
    ],
  },
  {
    name: "leavers-keep-sessions",
    rule: "§8",
    why: "What a deactivated member holds stays with them.",
    edits: [
      {
        file: `${SERVER}/store/load-sessions.ts`,
        find: "     where not m.active",
        replace: "     where not m.active and false",
      },
    ],
  },
  {
    name: "notifications-never-withdrawn",
    rule: "§9.5",
    why: "The store forgets to take warnings back.",
    edits: [
      {
        file: `${SERVER}/store/notify.ts`,
        find: "and t.kind = u.kind and t.withdrawn_at is null",
        replace: "and t.kind = u.kind and false",
      },
    ],
  },
  {
    name: "next-due-counts-held",
    rule: "§9.6",
    why: "Held deadlines count in the next due: rows are claimed and can't be decided.",
    edits: [],
    sql: [
      `alter table sessions alter column next_due_at set expression as (case
         when parked_at is not null then null
         else least(wake_at, overdue_at, warn_at, close_at, reassign_at) end)`,
    ],
  },
  {
    name: "decided-by-the-nodes-clock",
    rule: "§9.6",
    why: "Decisions take the time of the node instead of the database's: what is due isn't yet, or is past.",
    edits: [
      {
        file: `${SERVER}/actions/world.ts`,
        find: 'import { randomUnit } from "../platform/random.ts";',
        replace: `import { hostNow } from "../platform/clock.ts";
import { randomUnit } from "../platform/random.ts";`,
      },
      {
        file: `${SERVER}/actions/world.ts`,
        find: "    readNow(tx),\n",
        replace: "    readNow(tx).then(hostNow),\n",
      },
    ],
  },
  {
    name: "overdue-without-explanation",
    rule: "§9.7",
    why: "A session is marked overdue and its timeline says nothing of it.",
    edits: [
      {
        file: `${SERVER}/actions/decision-batch.ts`,
        find: 'case "act":\n',
        replace: 'case "act":\n        if (effect.kind === "overdue") return;\n',
      },
    ],
  },
  {
    name: "save-for-all-misses-waiting",
    rule: "§9.6",
    why: "A save for all open sessions leaves out those whose customers wait.",
    edits: [
      {
        file: `${SERVER}/store/settings-to-apply.ts`,
        find: "s.id > $2 and s.closed_at is null and $",
        replace: "s.id > $2 and s.closed_at is null and s.wait_number is null and $",
      },
    ],
  },
  {
    name: "acknowledged-before-commit",
    rule: "§9.8",
    why: "The provider hears that we have a message while its commit is still under way.",
    edits: [
      {
        file: `${SERVER}/platform/database.ts`,
        find: "const { command } = await committed;",
        replace: 'const command = String("COMMIT");',
      },
    ],
  },
  {
    name: "duplicates-stored",
    rule: "§9.8",
    why: "A webhook that comes twice is stored twice.",
    edits: [
      {
        file: `${SERVER}/actions/receive-messages.ts`,
        find: 'if (known.has(key)) return "duplicate";',
        replace: "",
      },
    ],
    sql: ["drop index messages_by_external_id"],
  },
  {
    name: "deferred-message-forgotten",
    rule: "§9.8",
    why: "Of messages that came together, those that need their session's history are acknowledged and dropped.",
    edits: [
      {
        file: `${SERVER}/actions/receive-messages.ts`,
        find: "for (const message of together.deferred) {",
        replace: "for (const message of together.deferred.slice(1)) {",
      },
    ],
  },
  {
    name: "due-rows-claimed-late",
    rule: "§9.9",
    why: "Deadlines are looked for a quarter of an hour too late.",
    edits: [
      {
        file: `${SERVER}/store/load-sessions.ts`,
        find: "s.next_due_at >= $2 and s.next_due_at <= (select now_ms())",
        replace: "s.next_due_at >= $2 and s.next_due_at <= (select now_ms()) - 900000",
      },
    ],
  },
  {
    name: "loop-ends-with-its-first-error",
    rule: "§9.9",
    why: "After the database was away once, a node's loops never come back.",
    edits: [
      {
        file: `${SERVER}/platform/loop.ts`,
        find: "        failures += 1;\n",
        replace: "        failures += 1;\n        this.#stopping = true;\n",
      },
    ],
  },
  {
    name: "held-never-released",
    rule: "§9.9",
    why: "What an outage held back is never decided.",
    edits: [
      {
        file: `${SERVER}/store/load-sessions.ts`,
        find: "where s.held and s.parked_at is null",
        replace: "where s.held and s.parked_at is not null",
      },
    ],
  },
  {
    name: "sessions-never-move",
    rule: "§8",
    why: "Where sessions move away from who goes offline, they stay.",
    edits: [
      {
        file: `${SERVER}/store/load-sessions.ts`,
        find: "     order by held.wait_started_at, held.id",
        replace: "       and false order by held.wait_started_at, held.id",
      },
    ],
  },
  {
    name: "moved-from-who-is-back",
    rule: "§8",
    why: "Whoever comes back in time loses their sessions all the same.",
    edits: [
      {
        file: `${SERVER}/store/load-sessions.ts`,
        find: " and not $",
        replace: " or false and $",
      },
      {
        file: `${SERVER}/store/session-moves.ts`,
        find: "} and m.sessions_move_at is not null",
        replace: "} and false",
      },
      {
        file: `${SERVER}/store/session-moves.ts`,
        find: "and ($",
        replace: "and (false and $",
      },
    ],
  },
  {
    name: "away-at-once",
    rule: "§8",
    why: "Members are away by themselves before the minutes of the setting have passed.",
    edits: [
      {
        file: `${SERVER}/store/activity.ts`,
        find: "} - a.auto_away_minutes * 60000`",
        replace: "} + 3600000`",
      },
    ],
  },
  {
    name: "blocked-contact-is-heard",
    rule: "§4.8",
    why: "What a blocked contact writes opens a session and starts a wait.",
    edits: [
      {
        file: `${SERVER}/actions/receive-messages.ts`,
        find: 'if (exists && latest.contact.blocked) return "keep";',
        replace: "",
      },
    ],
  },
];
