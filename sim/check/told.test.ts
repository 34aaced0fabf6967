import { expect, test } from "vitest";
import {
  act,
  LAN,
  look,
  MINH,
  NOON,
  seen,
  waitingRow,
  worldMember,
  worldState,
} from "./testkit/builders.ts";
import { judgeTold } from "./told.ts";
import { WorldHistory } from "./world.ts";

const ADA = "ada";

function worldOf(...supervisors: string[]): WorldHistory {
  const world = new WorldHistory();
  const members = [
    worldMember(LAN),
    ...supervisors.map((id) => worldMember(id, { role: "supervisor" })),
  ];
  world.add(worldState({ members }));
  return world;
}

function judge(kind: string, to: string | null, told: readonly string[], more: string[] = []) {
  const notice = { kind: kind === "warned" ? "warning" : kind, wait_number: 1, reply_due_at: NOON };
  const given = act(kind, { explanation: { by: { type: "clock" }, to } });
  const session = seen({
    session: waitingRow(),
    notices: told.map((member_id) => ({ ...notice, id: member_id, member_id })),
    acts: [given, ...more.map((each) => act(each))],
  });
  return judgeTold(look(session, { world: worldOf(ADA) }), given).length;
}

test("the assignee and the supervisors hear that a session is overdue, in the same commit", () => {
  expect(judge("overdue", LAN, [LAN, ADA])).toBe(0);
  expect(judge("overdue", LAN, [ADA])).toBe(1);
  expect(judge("overdue", LAN, [LAN])).toBe(1);
  expect(judge("overdue", null, [ADA])).toBe(0);
});

test("a warning goes to the assignee, or to supervisors when there is none", () => {
  expect(judge("warned", LAN, [LAN])).toBe(0);
  expect(judge("warned", LAN, [])).toBe(1);
  expect(judge("warned", null, [ADA])).toBe(0);
  expect(judge("warned", null, [])).toBe(1);
});

test("a warning need not stand when the session moves on in the same commit", () => {
  expect(judge("warned", LAN, [], ["assigned"])).toBe(0);
});

test("whoever left the business hears nothing", () => {
  expect(judge("overdue", MINH, [ADA])).toBe(0);
});
