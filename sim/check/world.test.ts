import { expect, test } from "vitest";
import { NOON } from "./testkit/builders.ts";
import { WorldHistory, type WorldState } from "./world.ts";

function history(...states: Partial<WorldState>[]): readonly string[] {
  const world = new WorldHistory();
  return states.flatMap((state) =>
    world
      .add({
        from: NOON,
        members: [],
        rules: [],
        teams: [],
        moving: [],
        outages: [],
        lastBeat: NOON,
        ...state,
      })
      .map(({ what }) => what),
  );
}

test("an outage that no node noted is noticed", () => {
  expect(history({}, { lastBeat: NOON + 5_000 })).toEqual([]);
  expect(history({}, { lastBeat: NOON + 60_000 })).toHaveLength(1);
  const outages = [{ began_at: NOON, detected_at: NOON + 60_000, hold_ended_at: null }];
  expect(history({}, { lastBeat: NOON + 60_000, outages })).toEqual([]);
});

test("a hold counts only if it was on all the time", () => {
  const world = new WorldHistory();
  const state = { members: [], rules: [], teams: [], moving: [], lastBeat: NOON };
  const outage = { began_at: NOON - 60_000, detected_at: NOON, hold_ended_at: null };
  world.add({ ...state, from: NOON, outages: [outage] });
  expect(world.wasHeld(NOON + 1_000)).toBe(true);
  world.add({
    ...state,
    from: NOON + 5_000,
    outages: [{ ...outage, hold_ended_at: NOON + 5_000 }],
  });
  expect(world.wasHeld(NOON + 1_000)).toBe(false);
});

test("a beat keeps what is known of the world", () => {
  const world = new WorldHistory();
  const target = { everyone: true } as const;
  const rule = { id: "rule", online_only: true, capacity: null, previous_agent_first: false };
  const rules = [{ ...rule, target }];
  world.add({ from: NOON, members: [], rules, teams: [], moving: [], outages: [], lastBeat: NOON });
  expect(world.beat(NOON + 5_000)).toEqual([]);
  expect(world.now).toMatchObject({ from: NOON + 5_000, rules, lastBeat: NOON + 5_000 });
  expect(world.beat(NOON + 90_000)).toHaveLength(1);
});
