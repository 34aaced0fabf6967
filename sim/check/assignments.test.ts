import { expect, test } from "vitest";
import { judgeAssignment, judgeFull } from "./assignments.ts";
import { Loads } from "./loads.ts";
import { newMemory } from "./memory.ts";
import {
  act,
  LAN,
  look,
  MINH,
  MINUTE,
  message,
  NOON,
  row,
  seen,
  waitingRow,
  worldMember,
  worldRule,
  worldState,
} from "./testkit/builders.ts";
import { WorldHistory, type WorldRule, type WorldState } from "./world.ts";

const AT = NOON + 60 * MINUTE;
const RULE = "rule";
const everyone = worldRule(RULE);

function worldWith(
  change: Partial<WorldState> = {},
  ...later: Partial<WorldState>[]
): WorldHistory {
  const world = new WorldHistory();
  const first = worldState({
    from: AT - 30_000,
    members: [LAN, MINH].map((id) => worldMember(id, { seen: [AT - 1_000] })),
    rules: [everyone],
    lastBeat: AT,
    ...change,
  });
  for (const state of [first, ...later.map((each) => ({ ...first, ...each }))]) world.add(state);
  return world;
}

const routed = { ruleId: RULE, ruleName: "All", candidates: [] };
const toMinh = act("assigned", {
  ordinal: 1,
  explanation: { by: { type: "clock" }, from: LAN, to: MINH, routed, tries: 1, maxTries: 3 },
});
const waiting = seen({ session: waitingRow(), messages: [message()], acts: [toMinh] });
const judge = (change: Parameters<typeof look>[1] = {}, given = toMinh) =>
  judgeAssignment(look(waiting, { world: worldWith(), ...change }), given).map(({ what }) => what);

test("an untried agent who is online may get the session", () => {
  expect(judge()).toEqual([]);
});

test("a timed reassignment to the same agent is noticed", () => {
  const same = { ...toMinh, explanation: { ...toMinh.explanation, from: MINH } };
  expect(judge({}, same)).toEqual(["reassigned to the same agent"]);
});

test("one to an agent who held it in this wait, or from whom it was taken, is noticed", () => {
  const of = new Map([["m1", new Set([MINH])]]);
  expect(judge({ before: { ...newMemory(), holders: of } })).toHaveLength(1);
  expect(judge({ before: { ...newMemory(), notBack: of } })).toHaveLength(1);
  const other = new Map([["m0", new Set([MINH])]]);
  expect(judge({ before: { ...newMemory(), holders: other } })).toEqual([]);
});

test("one to an agent who is offline or deactivated is noticed", () => {
  const member = worldMember(MINH, { seen: [AT] });
  const world = (change: object) => worldWith({ members: [{ ...member, ...change }] });
  expect(judge({ world: world({ seen: [AT - 70_000] }) })).toEqual(["given to one who is offline"]);
  expect(judge({ world: world({ status: "away" }) })).toHaveLength(1);
  expect(judge({ world: world({ active: false }) })).toHaveLength(2);
  expect(judge({ world: world({}) })).toEqual([]);
});

test("an agent who went offline in the very moment of the decision may still get it", () => {
  const gone = worldMember(MINH, { status: "offline" });
  expect(judge({ world: worldWith({}, { from: AT, members: [gone] }) })).toEqual([]);
  expect(judge({ world: worldWith({}, { from: AT - 10_000, members: [gone] }) })).toHaveLength(1);
});

test("whoever was online when an outage began counts as online until a minute after", () => {
  const seenAt = AT - 10 * MINUTE;
  const member = worldMember(MINH, { seen: [seenAt] });
  const outage = { began_at: seenAt, detected_at: AT - 10_000, hold_ended_at: AT };
  expect(judge({ world: worldWith({ members: [member], outages: [outage] }) })).toEqual([]);
});

test("more tries than allowed, and one though nothing is owed, are noticed", () => {
  expect(judge({ before: { ...newMemory(), tries: new Map([[1, 2]]) } })).toEqual([]);
  expect(judge({ before: { ...newMemory(), tries: new Map([[1, 3]]) } })).toHaveLength(1);
  expect(judge({ owed: [] })).toHaveLength(1);
});

test("what people do is theirs", () => {
  const by = { type: "member", memberId: LAN } as const;
  const byHand = { ...toMinh, explanation: { by, from: MINH, to: MINH } };
  expect(judge({ world: worldWith({ members: [] }) }, byHand)).toEqual([]);
});

test("one whom the rule, or the team, doesn't mean is noticed", () => {
  const only = (target: WorldRule["target"], teams: WorldState["teams"] = []) =>
    judge({ world: worldWith({ rules: [{ ...everyone, target }], teams }) });
  const notMeant = ["given to one whom the rule doesn't mean"];
  expect(only({ members: [MINH] })).toEqual([]);
  expect(only({ members: [LAN] })).toEqual(notMeant);
  expect(only({ team: "day" }, [{ id: "day", members: [MINH] }])).toEqual([]);
  expect(only({ team: "day" }, [{ id: "day", members: [LAN] }])).toEqual(notMeant);
  const explanation = { ...toMinh.explanation, routed: { ...routed, ruleId: null, teamId: "day" } };
  expect(judge({}, { ...toMinh, explanation })).toEqual(notMeant);
});

test("one to an agent who doesn't reach the channel is noticed", () => {
  const reaching = (channels: readonly string[]) =>
    judge({ world: worldWith({ members: [worldMember(MINH, { seen: [AT], channels })] }) });
  expect(reaching(["other", "channel"])).toEqual([]);
  expect(reaching(["other"])).toEqual(["given to one who doesn't reach the channel"]);
});

test("one by a rule for other hours is noticed, in the minute of the turn as well", () => {
  const at = (minutes: number) => new Date(AT + minutes * MINUTE).toISOString().slice(11, 16);
  const day = new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(AT);
  const open = (from: number, until: number, which: "within" | "outside" = "within") => {
    const today = { [day.toLowerCase()]: [{ from: at(from), until: at(until) }] };
    const hours = { account: { timeZone: "UTC", weekdays: today } };
    const rules = [{ ...everyone, conditions: { businessHours: which } }];
    return judge({ world: worldWith({ rules, hours }) });
  };
  const otherHours = ["given by a rule for other hours"];
  expect(open(-5, 5)).toEqual([]);
  expect(open(-5, 5, "outside")).toEqual(otherHours);
  expect(open(1, 5)).toEqual(otherHours);
  expect(open(-5, 0)).toEqual([]);
});

test("a session that moves though its holder is there, or the business keeps it, is noticed", () => {
  const moved = act("assigned", {
    explanation: { by: { type: "rules" }, from: LAN, to: MINH, routed, reason: "offline" },
  });
  const there = "moved away from one who is there";
  expect(judge({ world: worldWith({ moving: ["account"] }) }, moved)).toEqual([there]);
  const minh = worldMember(MINH, { seen: [AT - 1_000] });
  const gone = { members: [worldMember(LAN), minh], moving: ["account"] };
  expect(judge({ world: worldWith(gone) }, moved)).toEqual([]);
  expect(judge({ world: worldWith({ ...gone, moving: [] }) }, moved)).toHaveLength(1);
});

test("a place is judged by those that were given away before it", () => {
  const rules = [{ ...everyone, online_only: false, capacity: 1 }];
  const world = worldWith({ rules });
  const given = (id: string, seq: number) =>
    look(
      seen({
        session: waitingRow({ id, assignee_id: MINH }),
        messages: [message()],
        acts: [{ ...toMinh, seq }],
      }),
      { world },
    );
  const found = judgeFull([given("second", 2), given("first", 1)], new Loads());
  expect(found.map(({ look: { seen } }) => seen.session.id)).toEqual(["second"]);
});

test("an agent who gets more than they may hold is noticed, places freed at once counted", () => {
  const loads = new Loads();
  loads.note("other", MINH, NOON, true);
  const given = seen({
    session: waitingRow({ assignee_id: MINH }),
    messages: [message()],
    acts: [toMinh],
  });
  const world = worldWith({ rules: [{ ...everyone, online_only: false, capacity: 1 }] });
  const looked = look(given, { world });
  expect(judgeFull([looked], loads)).toHaveLength(1);
  const freed = look(seen({ session: row({ id: "other", closed_at: AT }) }), {
    before: { ...newMemory(), row: row({ id: "other", assignee_id: MINH }) },
  });
  expect(judgeFull([looked, freed], loads)).toEqual([]);
  expect(judgeFull([look(given, { world: worldWith() })], loads)).toEqual([]);
});
