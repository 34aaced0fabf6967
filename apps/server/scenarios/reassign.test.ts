/** clock.md §5, "Reassign", and the line of §8 as far as it moves sessions. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Journey } from "../src/testkit/journey.ts";
import type { Agent } from "../src/testkit/journey-agent.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";
import { startReassigning } from "../src/testkit/journey-reassign.ts";

let journey: Journey<"bao" | "lan" | "minh">;
let bao: Agent;
let lan: Agent;
let minh: Agent;
let anna: Customer;

beforeEach(async () => {
  ({ journey, bao, lan, minh, anna } = await startReassigning());
});
afterEach(() => journey.end());

/** The time to reassign comes, and what follows from it. */
async function reassignComes(): Promise<void> {
  await journey.clock.reach((await anna.session()).deadlines.reassignAt);
  await journey.settled();
}

async function heldBy(agent: Agent | null): Promise<void> {
  const wanted = agent?.id ?? null;
  await journey.until(
    async () => (await anna.session()).assigneeId === wanted,
    `the session to be held by ${agent?.name ?? "nobody"}`,
  );
}

describe("an unanswered session", () => {
  test("goes to the next agent at the time set; both are told and the limit counts on", async () => {
    await anna.writes();
    const before = await anna.session();
    await journey.clock.reachBefore(before.deadlines.reassignAt, { seconds: 2 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ assigneeId: bao.id });
    await reassignComes();
    const after = await anna.session();
    expect(after).toMatchObject({ assigneeId: lan.id, wait: { number: 1, tries: 1 } });
    expect(after.wait?.startedAt).toBe(before.wait?.startedAt);
    expect(after.deadlines.overdueAt).toBe(before.deadlines.overdueAt);
    expect(await bao.told()).toContain("takenAway");
    expect(await lan.told()).toEqual(["assigned"]);
    const { assignedAt, deadlines } = after;
    const wholeWait = Date.parse(deadlines.reassignAt ?? "") - Date.parse(assignedAt ?? "");
    expect(wholeWait).toBe(5 * 60_000);
    expect(await bao.call(`GET /sessions/${after.id}/messages`)).toMatchObject({ status: 200 });
  });

  test("says why each candidate was passed over", async () => {
    await minh.goesOffline();
    await anna.writes();
    await reassignComes();
    const moved = (await anna.timeline()).at(-1);
    expect(moved).toMatchObject({
      kind: "assigned",
      explanation: {
        deadline: { anchor: { type: expect.any(String) }, minutes: 5 },
        routed: {
          candidates: [
            { memberId: bao.id, verdict: "holds it now" },
            { memberId: lan.id, verdict: "next in turn" },
            { memberId: minh.id, verdict: "offline" },
          ],
        },
      },
    });
    expect(moved?.sentence).toContain("lan");
  });

  test("never goes back to one who held it in this wait, and ends in the queue", async () => {
    await anna.writes();
    for (const next of [lan, minh]) {
      await reassignComes();
      await heldBy(next);
    }
    await bao.goesOffline();
    await lan.goesOffline();
    await reassignComes();
    expect(await anna.session()).toMatchObject({
      assigneeId: null,
      wait: { exhausted: true, tries: 2 },
      deadlines: { reassignAt: null },
    });
    expect(await journey.admin.told()).toContain("exhausted");
  });

  test("is exhausted when the tries are used up; the queue gives it to anyone but the last", async () => {
    await journey.saves({ reassign: { enabled: true, afterMinutes: 5, maxPerWait: 1 } });
    await anna.writes();
    await reassignComes();
    await heldBy(lan);
    await bao.goesOffline();
    await minh.goesOffline();
    await reassignComes();
    expect(await anna.session()).toMatchObject({ assigneeId: null, wait: { exhausted: true } });
    await bao.comesOnline();
    await heldBy(bao);
    await journey.clock.advance({ minutes: 20 });
    await journey.settled();
    expect(await anna.session()).toMatchObject({ assigneeId: bao.id });
  });

  test("may still be taken by the member it just left", async () => {
    await journey.saves({ reassign: { enabled: true, afterMinutes: 5, maxPerWait: 1 } });
    await anna.writes();
    await reassignComes();
    await bao.goesOffline();
    await minh.goesOffline();
    await reassignComes();
    await lan.acts(anna, "take");
    expect(await anna.session()).toMatchObject({ assigneeId: lan.id });
  });

  test("begins anew with the next wait", async () => {
    await anna.writes();
    await reassignComes();
    await lan.replies(anna);
    await anna.writes("And another thing");
    expect((await anna.session()).wait).toMatchObject({ number: 2, tries: 0 });
    await reassignComes();
    expect((await anna.session()).assigneeId).not.toBe(lan.id);
  });

  test("a transfer by hand uses no try and gives the whole time again", async () => {
    await anna.writes();
    await journey.clock.advance({ minutes: 4 });
    await journey.admin.acts(anna, "assignee", { memberId: lan.id });
    const { wait, deadlines, assignedAt } = await anna.session();
    expect(wait?.tries).toBe(0);
    expect(Date.parse(deadlines.reassignAt ?? "")).toBe(Date.parse(assignedAt ?? "") + 5 * 60_000);
  });

  test("assigning the same member changes nothing", async () => {
    await anna.writes();
    const before = await anna.session();
    await journey.clock.advance({ minutes: 4 });
    await journey.admin.acts(anna, "assignee", { memberId: bao.id });
    expect((await anna.session()).deadlines).toEqual(before.deadlines);
  });

  test("records a breach already due with the member before the transfer", async () => {
    await journey.saves({ reply: { enabled: true, limitMinutes: 10, warnMinutes: 5 } });
    await anna.writes();
    await journey.clock.reach((await anna.session()).deadlines.overdueAt);
    await journey.settled();
    expect(await journey.db.query("select member_id from breaches")).toHaveLength(1);
  });

  test("ignores “previous agent first”: that would hand it straight back", async () => {
    await journey.admin.call(`PATCH /assignment-rules/${journey.ruleId}`, {
      previousAgentFirst: true,
    });
    await anna.writes();
    await bao.replies(anna);
    await bao.acts(anna, "close", { sendMessage: false });
    await journey.clock.advance({ seconds: 2 });
    await anna.writes("Hello again");
    expect(await anna.session()).toMatchObject({ assigneeId: bao.id });
    await reassignComes();
    expect((await anna.session()).assigneeId).not.toBe(bao.id);
  });
});

describe("an unanswered session for which nobody is eligible now", () => {
  test("stays, waits for an agent, and is given away the moment one comes", async () => {
    await lan.goesOffline();
    await minh.goesOffline();
    await anna.writes();
    await reassignComes();
    expect(await anna.session()).toMatchObject({
      assigneeId: bao.id,
      wait: { waitingForAgent: true, exhausted: false },
      deadlines: { reassignAt: null },
    });
    expect(await journey.admin.told()).toEqual(["waitingForAgent"]);
    await minh.comesOnline();
    await heldBy(minh);
    expect((await anna.session()).wait).toMatchObject({ tries: 1, waitingForAgent: false });
  });

  test("is given away when an agent who was full has room again", async () => {
    await journey.admin.call(`PATCH /assignment-rules/${journey.ruleId}`, { capacity: 1 });
    await minh.goesOffline();
    await anna.writes();
    const ben = await journey.customer("Ben");
    await ben.writes();
    await ben.getsEcho("Done");
    await reassignComes();
    expect(await anna.session()).toMatchObject({ wait: { waitingForAgent: true } });
    const entry = (await anna.timeline()).at(-1)?.explanation as {
      routed: { candidates: { memberId: string; verdict: string }[] };
    };
    expect(entry.routed.candidates).toContainEqual({
      memberId: lan.id,
      verdict: "at capacity 1/1",
    });
    await lan.acts(ben, "close", { sendMessage: false });
    await heldBy(lan);
  });

  test("is no longer in line once it was answered", async () => {
    await lan.goesOffline();
    await minh.goesOffline();
    await anna.writes();
    await reassignComes();
    await bao.replies(anna);
    await lan.comesOnline();
    await journey.settled();
    expect(await anna.session()).toMatchObject({ assigneeId: bao.id, wait: null });
  });

  test("is no longer in line once reassigning is switched off", async () => {
    await lan.goesOffline();
    await minh.goesOffline();
    await anna.writes();
    await reassignComes();
    await journey.saves({ reassign: { enabled: false } });
    expect((await anna.session()).wait).toMatchObject({ waitingForAgent: false });
  });
});

describe("the line (§8)", () => {
  test("is drained longest wait first when an agent comes", async () => {
    await journey.admin.call(`PATCH /assignment-rules/${journey.ruleId}`, { capacity: 1 });
    for (const agent of [bao, lan, minh]) await agent.goesOffline();
    const ben = await journey.customer("Ben");
    await ben.writes("Second", { at: (await journey.clock.now()) - 5_000 });
    await anna.writes("First", { at: (await journey.clock.now()) - 60_000 });
    await lan.comesOnline();
    await heldBy(lan);
    expect(await ben.session()).toMatchObject({ assigneeId: null });
    await minh.comesOnline();
    await journey.until(
      async () => (await ben.session()).assigneeId === minh.id,
      "the second in line to be given away",
    );
  });

  test("never gives a session back to the member it was taken from by hand", async () => {
    await lan.goesOffline();
    await minh.goesOffline();
    await anna.writes();
    await journey.admin.acts(anna, "assignee", { memberId: null });
    expect(await anna.session()).toMatchObject({ assigneeId: null });
    await bao.goesOffline();
    await bao.comesOnline();
    await minh.comesOnline();
    await heldBy(minh);
  });

  test("a session that two agents take at once is one's; the other hears who has it", async () => {
    for (const agent of [bao, lan, minh]) await agent.goesOffline();
    await anna.writes();
    const take = async (agent: Agent) => {
      try {
        return (await agent.acts(anna, "take")).status;
      } catch (error) {
        return error;
      }
    };
    const results = await Promise.all([take(bao), take(lan)]);
    const { assigneeId } = await anna.session();
    const winner = assigneeId === bao.id ? bao : lan;
    expect(results.filter((result) => result === 200)).toHaveLength(1);
    expect(results.find((result) => result !== 200)).toMatchObject({
      code: "already_taken",
      answer: { body: { detail: `Already taken by ${winner.name}.` } },
    });
  });

  test("a member whose socket is gone for 60 s is offline, and gets nothing", async () => {
    await lan.disconnects();
    await minh.goesOffline();
    await journey.until(async () => {
      const { members } = (await journey.admin.call("GET /members")).body as {
        members: { id: string; online: boolean }[];
      };
      return members.every(({ id, online }) => online === (id === bao.id));
    }, "only Bao to be online");
    await anna.writes();
    await reassignComes();
    expect(await anna.session()).toMatchObject({
      assigneeId: bao.id,
      wait: { waitingForAgent: true },
    });
  });
});
