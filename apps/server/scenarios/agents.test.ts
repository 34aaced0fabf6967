/** Several agents at their screens, each with a live socket: who has which session, who hears of it, and why. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Journey } from "../src/testkit/journey.ts";
import type { Agent } from "../src/testkit/journey-agent.ts";
import { RefusedCall } from "../src/testkit/journey-api.ts";
import type { Customer } from "../src/testkit/journey-customer.ts";
import { startReassigning } from "../src/testkit/journey-reassign.ts";

let journey: Journey<"bao" | "lan" | "minh">;
let bao: Agent;
let lan: Agent;
let minh: Agent;
let anna: Customer;

beforeEach(async () => {
  ({ journey, bao, lan, minh, anna } = await startReassigning());
  await journey.admin.comesOnline();
});
afterEach(() => journey.end());

/** Whatever happened: each screen shows what is so. */
async function screensAgree(agents: readonly Agent[] = [bao, lan, minh]): Promise<void> {
  await journey.settled();
  for (const agent of [...agents, journey.admin]) await agent.seesWhatIsSo();
}

async function holder(customer: Customer): Promise<string | null> {
  const { assigneeId } = await customer.session();
  return [bao, lan, minh].find(({ id }) => id === assigneeId)?.name ?? assigneeId;
}

async function isHeldBy(customer: Customer, agent: Agent | null): Promise<void> {
  const wanted = agent?.name ?? null;
  await journey.until(
    async () => (await holder(customer)) === wanted,
    `the session to be held by ${wanted ?? "nobody"}`,
  );
}

/** Why the latest assignment went to whom it went: a verdict for each candidate, by name. */
async function verdicts(customer: Customer): Promise<Readonly<Record<string, string>>> {
  const entry = (await customer.timeline()).findLast(
    ({ explanation }) => Object(explanation).routed !== undefined,
  );
  const { candidates } = Object(entry?.explanation).routed as {
    readonly candidates: readonly { readonly memberId: string; readonly verdict: string }[];
  };
  const named = candidates.map(({ memberId, verdict }) => {
    const agent = [bao, lan, minh].find(({ id }) => id === memberId);
    return [agent?.name ?? memberId, verdict] as const;
  });
  return Object.fromEntries(named);
}

async function reassignComes(customer: Customer): Promise<void> {
  await journey.clock.reach((await customer.session()).deadlines.reassignAt);
  await journey.settled();
}

async function isOnline(agent: Agent): Promise<boolean> {
  const { members } = (await journey.admin.call("GET /members")).body as {
    readonly members: readonly { readonly id: string; readonly online: boolean }[];
  };
  return members.some(({ id, online }) => id === agent.id && online);
}

describe("a laptop that is closed in mid-wait, without a goodbye", () => {
  let ben: Customer;

  /** The node that Lan's socket was on goes; the others are back at another one at once, she is not. */
  beforeEach(async () => {
    ben = await journey.customer("Ben");
    await anna.writes();
    await ben.writes();
    expect([await holder(anna), await holder(ben)]).toEqual(["bao", "lan"]);
    await journey.startServer();
    await journey.stopFirstServer();
    for (const agent of [bao, minh, journey.admin]) await agent.comesOnline();
  });

  test("counts as there for 60 s, and not for longer", async () => {
    await journey.clock.advance({ seconds: 45 });
    expect(await isOnline(lan)).toBe(true);
    await journey.clock.advance({ seconds: 16 });
    expect(await isOnline(lan)).toBe(false);
    expect(await isOnline(bao)).toBe(true);
    await screensAgree([bao, minh]);
  });

  test("keeps its session, and gets no other from the clock", async () => {
    await journey.clock.advance({ seconds: 61 });
    expect(await holder(ben)).toBe("lan");
    await reassignComes(anna);
    expect(await holder(anna)).toBe("minh");
    expect(await verdicts(anna)).toEqual({
      bao: "holds it now",
      lan: "offline",
      minh: "next in turn",
    });
    expect(await bao.told()).toContain("takenAway");
    expect(await minh.told()).toContain("assigned");
    await screensAgree([bao, minh]);
  });

  test("loses its session when the clock says so, and reads that once it is opened again", async () => {
    await journey.clock.advance({ seconds: 61 });
    await reassignComes(ben);
    expect(await holder(ben)).not.toBe("lan");
    expect((await ben.session()).wait).toMatchObject({ tries: 1 });
    await lan.comesOnline();
    expect(await lan.told()).toEqual(["takenAway"]);
    await screensAgree();
  });

  test("moves its session at once, with no try used, in a business that wants it so", async () => {
    await movesWhenOffline();
    await journey.clock.advance({ seconds: 61 });
    // Nodes look every 15 s who is gone, and first when they start.
    await journey.startServer();
    await isHeldBy(ben, minh);
    expect((await ben.session()).wait).toMatchObject({ tries: 0, exhausted: false });
    expect((await ben.timeline()).at(-1)).toMatchObject({
      kind: "assigned",
      explanation: { by: { type: "rules" }, reason: "offline" },
    });
    expect(await verdicts(ben)).toEqual({
      bao: "eligible",
      lan: "holds it now",
      minh: "next in turn",
    });
    expect(await holder(anna)).toBe("bao");
    expect(await minh.told()).toEqual(["assigned"]);
    await screensAgree([bao, minh]);
    await lan.comesOnline();
    expect(await lan.told()).toEqual(["takenAway"]);
    expect(await holder(ben)).toBe("minh");
    await screensAgree();
  });
});

async function movesWhenOffline(): Promise<void> {
  const settings = { whenOffline: "reassign", autoAwayMinutes: null };
  await journey.admin.call("PUT /presence-settings", settings);
}

describe("a page that is closed, where sessions move at once", () => {
  beforeEach(async () => {
    await movesWhenOffline();
    await anna.writes();
    expect(await holder(anna)).toBe("bao");
    await bao.disconnects();
  });

  test("for good: the session whose customer waits goes to the next", async () => {
    await journey.until(async () => !(await isOnline(bao)), "bao to be offline");
    await journey.clock.advance({ seconds: 10 });
    await isHeldBy(anna, lan);
    expect((await anna.session()).wait).toMatchObject({ tries: 0 });
    await bao.comesOnline();
    expect(await bao.told()).toEqual(["takenAway"]);
    await screensAgree();
  });

  test("and loaded anew: nothing moves", async () => {
    await bao.comesOnline();
    await journey.clock.advance({ seconds: 10 });
    await journey.settled();
    expect(await holder(anna)).toBe("bao");
    expect(await bao.told()).toEqual(["assigned"]);
    await screensAgree();
  });

  test("while nobody else is there: the session stays, and goes to the first who comes", async () => {
    for (const agent of [lan, minh]) await agent.disconnects();
    await journey.clock.advance({ seconds: 10 });
    await journey.settled();
    expect(await holder(anna)).toBe("bao");
    await minh.comesOnline();
    await isHeldBy(anna, minh);
    await screensAgree([minh]);
  });
});

describe("with nobody there", () => {
  beforeEach(async () => {
    for (const agent of [bao, lan, minh]) await agent.disconnects();
  });

  test("a session queues, supervisors are told, and the first who comes gets it", async () => {
    await anna.writes();
    expect(await holder(anna)).toBeNull();
    expect(await journey.admin.told()).toEqual(["nobodyEligible"]);
    await lan.comesOnline();
    await isHeldBy(anna, lan);
    expect(await verdicts(anna)).toEqual({ bao: "offline", lan: "next in turn", minh: "offline" });
    expect(await lan.told()).toEqual(["assigned"]);
    expect(await journey.admin.told()).toEqual([]);
    await screensAgree([lan]);
  });

  test("the whole queue goes to whoever comes, the longest wait first", async () => {
    const customers = [anna, await journey.customer("Ben"), await journey.customer("Cam")];
    const now = await journey.clock.now();
    for (const [index, each] of customers.entries()) {
      await each.writes("Hello", { at: now - 60_000 * (index + 1) });
    }
    await minh.comesOnline();
    for (const each of customers) await isHeldBy(each, minh);
    const given = await Promise.all(
      customers.map(async (each) => Date.parse((await each.session()).assignedAt ?? "")),
    );
    expect(given).toEqual(given.toSorted((one, other) => other - one));
    expect(await minh.told()).toEqual(["assigned", "assigned", "assigned"]);
    await screensAgree([minh]);
  });
});

describe("with everyone at capacity", () => {
  let others: readonly Customer[];

  beforeEach(async () => {
    await journey.admin.call(`PATCH /assignment-rules/${journey.ruleId}`, { capacity: 1 });
    others = [
      await journey.customer("Ben"),
      await journey.customer("Cam"),
      await journey.customer("Dao"),
    ];
    for (const each of others) await each.writes();
    await anna.writes();
    expect(await holder(anna)).toBeNull();
    expect(await journey.admin.told()).toEqual(["nobodyEligible"]);
  });

  const freed: readonly (readonly [string, (mine: Customer) => Promise<unknown>])[] = [
    ["closed", (mine) => lan.acts(mine, "close", { sendMessage: false })],
    [
      "snoozed",
      async (mine) => {
        await lan.replies(mine);
        const until = new Date((await journey.clock.now()) + 3_600_000).toISOString();
        await lan.acts(mine, "snooze", { until });
      },
    ],
    ["given to another", (mine) => lan.acts(mine, "assignee", { memberId: minh.id })],
  ];

  test.each(freed)(
    "a place is free once a session is %s, and the queue moves",
    async (_, frees) => {
      const [, ofLan] = others;
      if (ofLan === undefined) throw new Error("nobody wrote to Lan");
      expect(await holder(ofLan)).toBe("lan");
      await frees(ofLan);
      await isHeldBy(anna, lan);
      const full = expect.stringMatching(/^at capacity \d\/1$/);
      expect(await verdicts(anna)).toEqual({ bao: full, lan: "next in turn", minh: full });
      expect(await lan.told()).toContain("assigned");
      expect(await journey.admin.told()).toEqual([]);
      await screensAgree();
    },
  );
});

describe("when the last agent was tried", () => {
  test("the session queues, and goes to anyone but the one who lost it", async () => {
    await anna.writes();
    for (const next of [lan, minh]) {
      await reassignComes(anna);
      await isHeldBy(anna, next);
    }
    for (const agent of [bao, lan]) await agent.disconnects();
    await reassignComes(anna);
    await journey.settled();
    expect(await holder(anna)).toBeNull();
    expect((await anna.session()).wait).toMatchObject({ exhausted: true, tries: 2 });
    expect(await anna.acts()).toContain("exhausted");
    expect(await journey.admin.told()).toContain("exhausted");
    await lan.comesOnline();
    await isHeldBy(anna, lan);
    expect(await verdicts(anna)).toEqual({
      bao: "offline",
      lan: "next in turn",
      minh: "it was taken from them in this wait",
    });
    expect((await anna.session()).deadlines.reassignAt).toBeNull();
    expect(await journey.admin.told()).not.toContain("exhausted");
    await screensAgree([lan, minh]);
  });
});

describe("two agents who take the same session at once", () => {
  test("one has it, the other hears who, and both screens show the same", async () => {
    for (const agent of [bao, lan, minh]) await agent.goesOffline();
    await journey.startServer();
    await anna.writes();
    const release = await journey.holdSession(await anna.sessionId());
    const takes = [bao, lan].map(async (agent) => {
      try {
        await agent.acts(anna, "take");
        return agent.name;
      } catch (error) {
        return error;
      }
    });
    await journey.waiting(2);
    await release();
    const results = await Promise.all(takes);
    const winner = await holder(anna);
    const loser = winner === "bao" ? lan : bao;
    expect(results.filter((each) => each === winner)).toHaveLength(1);
    const refused = results.find((each) => each instanceof RefusedCall);
    expect(refused).toMatchObject({
      code: "already_taken",
      answer: { body: { detail: `Already taken by ${winner}.` } },
    });
    const taken = (await anna.timeline()).filter(({ kind }) => kind === "assigned");
    expect(taken).toMatchObject([{ explanation: { by: { type: "member" } } }]);
    expect(await loser.told()).toEqual([]);
    await screensAgree();
  });
});

describe("a supervisor who gives a session away while the clock does", () => {
  let sue: Agent;

  beforeEach(async () => {
    sue = await journey.hire("Sue", "supervisor");
    await sue.comesOnline();
    await anna.writes();
    expect(await holder(anna)).toBe("bao");
  });

  /** Who it was given to, by whom, one after the other. */
  async function assignments(): Promise<readonly string[]> {
    return (await anna.timeline()).flatMap(({ kind, explanation }) => {
      const { to, by } = Object(explanation);
      const agent = [bao, lan, minh].find(({ id }) => id === to);
      return kind === "assigned" ? [`${agent?.name} by ${by.type}`] : [];
    });
  }

  test("and is first: the clock finds nothing to do, and no try was used", async () => {
    const { reassignAt } = (await anna.session()).deadlines;
    await journey.clock.reachBefore(reassignAt, { seconds: 3 });
    const release = await journey.holdCommits();
    const given = sue.acts(anna, "assignee", { memberId: minh.id });
    await journey.waiting(1);
    await journey.clock.passUnattended({ seconds: 4 });
    await release();
    await given;
    await journey.settled();
    expect(await assignments()).toEqual(["bao by rules", "minh by member"]);
    const { wait, assignedAt, deadlines } = await anna.session();
    expect(wait).toMatchObject({ tries: 0, waitingForAgent: false });
    expect(Date.parse(deadlines.reassignAt ?? "")).toBe(Date.parse(assignedAt ?? "") + 300_000);
    expect(await bao.told()).toEqual(["takenAway"]);
    expect(await lan.told()).toEqual([]);
    expect(await minh.told()).toEqual(["assigned"]);
    await screensAgree([bao, lan, minh, sue]);
  });

  test("and is second: each gave it once, and one try was used", async () => {
    const release = await journey.holdCommits();
    await journey.clock.reach((await anna.session()).deadlines.reassignAt);
    await journey.waiting(1);
    const given = sue.acts(anna, "assignee", { memberId: minh.id });
    await journey.waiting(2);
    await release();
    await given;
    await journey.settled();
    expect(await assignments()).toEqual(["bao by rules", "lan by clock", "minh by member"]);
    expect((await anna.session()).wait).toMatchObject({ tries: 1 });
    expect(await bao.told()).toEqual(["takenAway"]);
    expect(await lan.told()).toEqual(["takenAway"]);
    expect(await minh.told()).toEqual(["assigned"]);
    await screensAgree([bao, lan, minh, sue]);
  });

  test("to the same agent: it is given once", async () => {
    const release = await journey.holdCommits();
    await journey.clock.reach((await anna.session()).deadlines.reassignAt);
    await journey.waiting(1);
    const given = sue.acts(anna, "assignee", { memberId: lan.id });
    await journey.waiting(2);
    await release();
    await given;
    await journey.settled();
    expect(await assignments()).toEqual(["bao by rules", "lan by clock"]);
    expect(await lan.told()).toEqual(["assigned"]);
    await screensAgree([bao, lan, minh, sue]);
  });
});
