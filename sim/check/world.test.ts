import { expect, test } from "vitest";
import { LAN, MINUTE, NOON, worldMember, worldRule, worldState } from "./testkit/builders.ts";
import { WorldHistory, type WorldState } from "./world.ts";

function history(...states: Partial<WorldState>[]): readonly string[] {
  const world = new WorldHistory();
  return states.flatMap((state) => world.add(worldState(state)).map(({ what }) => what));
}

test("an outage that no node noted is noticed", () => {
  expect(history({}, { lastBeat: NOON + 5_000 })).toEqual([]);
  expect(history({}, { lastBeat: NOON + 60_000 })).toHaveLength(1);
  const outages = [{ began_at: NOON, detected_at: NOON + 60_000, hold_ended_at: null }];
  expect(history({}, { lastBeat: NOON + 60_000, outages })).toEqual([]);
});

test("a hold counts only if it was on all the time", () => {
  const world = new WorldHistory();
  const outage = { began_at: NOON - 60_000, detected_at: NOON, hold_ended_at: null };
  world.add(worldState({ outages: [outage] }));
  expect(world.wasHeld(NOON + 1_000)).toBe(true);
  const ended = { ...outage, hold_ended_at: NOON + 5_000 };
  world.add(worldState({ from: NOON + 5_000, outages: [ended] }));
  expect(world.wasHeld(NOON + 1_000)).toBe(false);
});

test("a beat keeps what is known of the world", () => {
  const world = new WorldHistory();
  const rules = [worldRule("rule")];
  world.add(worldState({ rules }));
  expect(world.beat(NOON + 5_000)).toEqual([]);
  expect(world.now).toMatchObject({ from: NOON + 5_000, rules, lastBeat: NOON + 5_000 });
  expect(world.beat(NOON + 90_000)).toHaveLength(1);
});

test("whoever is away by themselves before their minutes have passed is noticed", () => {
  const away = (idleMs: number, awayAfter: Record<string, number> = { account: 5 }) =>
    history(
      { awayAfter, members: [worldMember(LAN, { active_at: NOON })] },
      {
        awayAfter,
        members: [worldMember(LAN, { active_at: NOON, auto_away_at: NOON + idleMs })],
      },
    );
  expect(away(5 * MINUTE)).toEqual([]);
  expect(away(5 * MINUTE - 1)).toEqual(["lan is away though they did something"]);
  expect(away(5 * MINUTE, {})).toHaveLength(1);
});
