import { AssignmentRuleInput, DryRunBody } from "@punctual/contract";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { connectMember } from "../../actions/presence.ts";
import { tryRules } from "../../actions/try-rules.ts";
import type { Database } from "../../platform/database.ts";
import { newId } from "../../platform/ids.ts";
import {
  createTestApi,
  type TestApi,
  type TestMember,
  type TestTenant,
} from "../../testkit/test-api.ts";

const api: TestApi = await createTestApi();
let acme: TestTenant;
let ann: TestMember;
let bob: TestMember;

beforeEach(async () => {
  acme = await api.createTenant("Acme");
  [ann, bob] = [acme.agent, acme.otherAgent];
});
afterAll(() => api.close());

async function comesOnline(member: TestMember): Promise<void> {
  await member.call("PUT /me/status", { body: { status: "available" } });
  const connection = { accountId: acme.accountId, memberId: member.id, id: newId() };
  await connectMember(api.deps, newId(), connection);
}

async function addRule(body: Record<string, unknown>): Promise<string> {
  return String((await acme.admin.call("POST /assignment-rules", { body })).body.id);
}

async function dryRun(body: unknown) {
  return await acme.supervisor.call("POST /assignment-rules/dry-run", { body });
}

function contactOf(session: string) {
  return api.deps.db
    .query<{ id: string }>("select contact_id as id from sessions where id = $1", [session])
    .then(([row]) => row?.id ?? "");
}

describe("a dry run", () => {
  test("says who would get it, by which rule, and why the others would not", async () => {
    await Promise.all([comesOnline(ann), comesOnline(acme.admin)]);
    const members = [bob.id, ann.id, acme.admin.id];
    const vip = await addRule({ name: "VIPs", conditions: { tags: ["vip"] }, target: { members } });
    const off = await addRule({ name: "Off", enabled: false, target: { members } });
    const all = await addRule({ name: "All", target: { members } });
    const { status, body } = await dryRun({ contact: { channelId: acme.channelId } });
    expect(status).toBe(200);
    expect(body).toEqual({
      decidedAt: expect.any(String),
      memberId: ann.id,
      decidedBy: 2,
      byChance: false,
      candidates: [
        { memberId: bob.id, name: "Bob Acme", verdict: "offline" },
        { memberId: ann.id, name: "Ann Acme", verdict: "next in turn" },
        { memberId: acme.admin.id, name: "Ada Acme", verdict: "eligible" },
      ],
      rules: [
        ruleThat(vip, "VIPs", "the contact has none of its tags"),
        ruleThat(off, "Off", "switched off"),
        ruleThat(all, "All", null),
      ],
      openSession: null,
    });
  });

  test("reads members, teams and channels once, however many rules it tries", async () => {
    const { body: team } = await acme.admin.call("POST /teams", { body: { name: "Night" } });
    const reads = async (count: number) => {
      let queries = 0;
      const db: Pick<Database, "readAs"> = {
        readAs: (accountId, work) =>
          api.deps.db.readAs(accountId, (read) =>
            work({
              query: (sql, params) => {
                queries += 1;
                return read.query(sql, params);
              },
            }),
          ),
      };
      const rules = Array.from({ length: count }, (_, index) =>
        AssignmentRuleInput.parse({
          name: `Rule ${index}`,
          conditions: { channels: [acme.channelId] },
          target: index % 2 === 0 ? { team: team.id } : { members: [ann.id] },
        }),
      );
      const contact = DryRunBody.shape.contact.parse({ channelId: acme.channelId });
      await tryRules({ db: { ...api.deps.db, ...db } }, acme.accountId, { contact, rules });
      return queries;
    };
    expect(await reads(20)).toBe(await reads(2));
  });

  test("writes nothing and uses up no turn", async () => {
    await Promise.all([comesOnline(ann), comesOnline(bob)]);
    await addRule({ name: "All", target: { members: [ann.id, bob.id] } });
    const contact = { channelId: acme.channelId };
    for (let time = 0; time < 3; time++) {
      expect((await dryRun({ contact })).body).toMatchObject({ memberId: ann.id });
    }
    const session = await acme.customerWrites("4911");
    const { body } = await acme.supervisor.call(`GET /sessions/${session}`);
    expect(body).toMatchObject({ assigneeId: ann.id });
    expect((await dryRun({ contact })).body).toMatchObject({ memberId: bob.id });
  });

  test("agrees with what then happens to the contact", async () => {
    await Promise.all([comesOnline(ann), comesOnline(bob)]);
    await addRule({
      ...{ name: "Returning", conditions: { customer: "returning" } },
      ...{ target: { members: [ann.id] }, previousAgentFirst: true },
    });
    await addRule({ name: "New", target: { members: [bob.id] } });
    const session = await acme.customerWrites("4911");
    const contact = { id: await contactOf(session) };
    expect((await dryRun({ contact })).body).toMatchObject({
      openSession: { id: session, assigneeId: bob.id },
    });
    await bob.call(`POST /sessions/${session}/close`, { body: {} });
    expect((await dryRun({ contact })).body).toMatchObject({
      memberId: bob.id,
      candidates: [{ memberId: bob.id, verdict: "the previous agent" }, { memberId: ann.id }],
      rules: [{ matches: true }, { matches: true }],
      openSession: null,
    });
  });

  test("tries rules that are not saved, also for who is least busy", async () => {
    await Promise.all([comesOnline(ann), comesOnline(bob)]);
    await addRule({ name: "Ann's", target: { members: [ann.id] } });
    await acme.customerWrites("4911");
    const { body: team } = await acme.admin.call("POST /teams", {
      body: { name: "Both", memberIds: [ann.id, bob.id] },
    });
    const { body } = await dryRun({
      contact: { channelId: acme.channelId, tags: ["vip"], attributes: { city: "Huế" } },
      rules: [
        {
          name: "Elsewhere",
          conditions: { attributes: { city: "Đà Nẵng" } },
          target: { everyone: true },
        },
        { name: "Old", conditions: { customer: "returning" }, target: { everyone: true } },
        { name: "Night", conditions: { businessHours: "outside" }, target: { everyone: true } },
        {
          name: "Least",
          conditions: { tags: ["vip"] },
          target: { team: team.id },
          mode: "leastBusy",
        },
      ],
    });
    expect(body).toMatchObject({
      memberId: bob.id,
      decidedBy: 3,
      candidates: [
        { memberId: ann.id, verdict: "eligible" },
        { memberId: bob.id, verdict: "least busy" },
      ],
      rules: [
        { ruleId: null, whyNot: 'the contact\'s city is not "Đà Nẵng"' },
        { whyNot: "the customer is new" },
        { whyNot: "it is within business hours" },
        { matches: true },
      ],
    });
  });

  test("sees capacities of rules that are not saved", async () => {
    await comesOnline(ann);
    await addRule({ name: "Ann's", target: { members: [ann.id] } });
    await acme.customerWrites("4911");
    const { body } = await dryRun({
      contact: { channelId: acme.channelId },
      rules: [{ name: "One each", target: { members: [ann.id] }, capacity: 1 }],
    });
    expect(body).toMatchObject({
      memberId: null,
      decidedBy: 0,
      candidates: [{ verdict: "at capacity 1/1" }],
    });
  });

  test("says when it is a matter of luck, and when no rule matches", async () => {
    await Promise.all([comesOnline(ann), comesOnline(bob)]);
    const contact = { channelId: acme.channelId };
    const lot = { name: "By lot", target: { members: [ann.id, bob.id] }, mode: "random" };
    expect((await dryRun({ contact, rules: [lot] })).body).toMatchObject({ byChance: true });
    expect((await dryRun({ contact })).body).toMatchObject({
      memberId: null,
      decidedBy: null,
      candidates: [],
      rules: [],
    });
  });

  test("is for supervisors and admins, and knows only what is theirs", async () => {
    const contact = { channelId: acme.channelId };
    expect((await ann.call("POST /assignment-rules/dry-run", { body: { contact } })).status).toBe(
      403,
    );
    expect(await dryRun({ contact: { id: newId() } })).toMatchObject({
      status: 404,
      body: { code: "contact_not_found" },
    });
    expect(await dryRun({ contact: { channelId: newId() } })).toMatchObject({
      status: 404,
      body: { code: "channel_not_found" },
    });
    const ghosts = [{ name: "Ghosts", target: { members: [newId()] } }];
    expect(await dryRun({ contact, rules: ghosts })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "rules.0.target.members.0" }] },
    });
    expect(await dryRun({ contact: { ...contact, ownerId: newId() } })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "contact.ownerId" }] },
    });
  });
});

function ruleThat(ruleId: string, name: string, whyNot: string | null) {
  return { ruleId, name, matches: whyNot === null, whyNot };
}
