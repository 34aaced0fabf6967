import { expect, test } from "vitest";
import { judgeBlocked } from "./blocked.ts";
import { newMemory } from "./memory.ts";
import { endMessage, look, message, NOON, reply, row, seen } from "./testkit/builders.ts";

test("a session with a blocked contact that is open is noticed", () => {
  expect(judgeBlocked(look(seen({ blocked: true })))).toHaveLength(1);
  const closed = row({ closed_at: NOON, closed_kind: "blocked", close_count: 1 });
  expect(judgeBlocked(look(seen({ blocked: true, session: closed })))).toEqual([]);
});

test("what a blocked contact writes counts for nothing, and what others write counts", () => {
  const closed = row({ closed_at: NOON });
  const written = (blocked: boolean, starts_nothing: boolean) =>
    judgeBlocked(look(seen({ blocked, session: closed, messages: [message({ starts_nothing })] })));
  expect(written(true, true)).toEqual([]);
  expect(written(false, false)).toEqual([]);
  expect(written(true, false)).toHaveLength(1);
  expect(written(false, true)).toHaveLength(1);
});

test("an echo to a blocked contact counts for nothing, and any other counts", () => {
  const closed = row({ closed_at: NOON });
  const echoed = (blocked: boolean, starts_nothing: boolean) =>
    judgeBlocked(
      look(
        seen({ blocked, session: closed, messages: [reply({ is_echo: true, starts_nothing })] }),
      ),
    );
  expect(echoed(true, true)).toEqual([]);
  expect(echoed(false, false)).toEqual([]);
  expect(echoed(true, false)).toHaveLength(1);
  expect(echoed(false, true)).toHaveLength(1);
});

test("an end message to who was blocked just now is noticed", () => {
  const session = row({ closed_at: NOON, closed_kind: "blocked", close_count: 1 });
  const messages = [endMessage({ close_ordinal: 0 })];
  const before = { ...newMemory(), row: row() };
  const blocked = seen({ blocked: true, session, messages });
  expect(judgeBlocked(look(blocked, { before }))).toHaveLength(1);
});
