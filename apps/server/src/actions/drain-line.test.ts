/** clock.md §8: the line is "drained the moment" anything changes that lets somebody have a session. */
import { whatsapp } from "@punctual/channel-whatsapp";
import { AssignmentRuleInput, BusinessHours, DEFAULT_CLOCK_SETTINGS } from "@punctual/contract";
import type { CandidateVerdict } from "@punctual/session";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { newId } from "../platform/ids.ts";
import { COMMAND_LINE } from "../store/audit-log.ts";
import { createTestBusiness, type TestBusiness } from "../testkit/test-business.ts";
import { assignSession } from "./act-on-session.ts";
import { tagContact } from "./change-contact.ts";
import { changeMember } from "./change-member.ts";
import { closeSession } from "./close-session.ts";
import { createChannel } from "./create-channel.ts";
import type { MemberIdentity } from "./deps.ts";
import { drainLine } from "./drain-line.ts";
import { fireTimers } from "./fire-timers.ts";
import { limitMemberToChannels } from "./limit-member.ts";
import { Tried } from "./offer-sessions.ts";
import { setStatus } from "./presence.ts";
import { saveBusinessHours } from "./save-business-hours.ts";
import { changeRule, createRule, removeRule } from "./save-rule.ts";
import { createTag } from "./save-tag.ts";
import { createTeam, setTeamMembers } from "./save-team.ts";
import { transferSession } from "./transfer-session.ts";

let shop: TestBusiness;
let lan: MemberIdentity;
let bao: MemberIdentity;
let ruleId: string;
let tried: Tried;
let customers = 0;

beforeAll(async () => {
  shop = await createTestBusiness();
  lan = await shop.hire("Lan");
  bao = await shop.hire("Bao", { role: "admin" });
  await createTag(shop.deps, author(), { name: "vip", colour: "#ff0000" });
});
afterAll(() => shop.close());
beforeEach(async () => {
  tried = new Tried();
  await setStatus(shop.deps, { member: lan, status: "available" });
  await saveRule({});
});

describe("what nobody in line could have", () => {
  test("is not touched again while nothing changes", async () => {
    await setStatus(shop.deps, { member: lan, status: "away" });
    await write();
    await write();
    expect(await drainLine(shop.deps, shop.accountId, tried)).toBe(0);
    await drainLine(shop.deps, shop.accountId, tried);
    const commits = vi.spyOn(shop.deps.db, "transaction");
    expect(await drainLine(shop.deps, shop.accountId, tried)).toBe(0);
    // Somebody whom no rule names makes no difference.
    await setStatus(shop.deps, { member: bao, status: "away" });
    commits.mockClear();
    expect(await drainLine(shop.deps, shop.accountId, tried)).toBe(0);
    expect(commits).not.toHaveBeenCalled();
    commits.mockRestore();
    await setStatus(shop.deps, { member: lan, status: "available" });
    expect(await drainLine(shop.deps, shop.accountId, tried)).toBe(2);
  });

  test("is left alone again as soon as the one free place is taken", async () => {
    await setStatus(shop.deps, { member: lan, status: "away" });
    const ids: string[] = [];
    for (let customer = 0; customer < 205; customer += 5) {
      ids.push(...(await Promise.all(Array.from({ length: 5 }, () => write()))));
    }
    await settle();
    await changeMember(shop.deps, ofLan(), { capacity: (await heldByLan()) + 1 });
    await setStatus(shop.deps, { member: lan, status: "available" });
    const commits = vi.spyOn(shop.deps.db, "transaction");
    expect(await drainLine(shop.deps, shop.accountId, tried)).toBe(1);
    expect(commits).toHaveBeenCalledTimes(1);
    commits.mockRestore();
    await changeMember(shop.deps, ofLan(), { capacity: null });
    expect(await drainLine(shop.deps, shop.accountId, tried)).toBe(204);
  });

  test("says on its timeline why, once for each reason", async () => {
    await write();
    await setStatus(shop.deps, { member: lan, status: "away" });
    const id = await write();
    await settle();
    expect(await queuedActs(id)).toEqual([[{ memberId: lan.id, verdict: "offline" }]]);
    await saveRule({ target: { members: [lan.id, bao.id] }, capacity: 1 });
    await changeMember(shop.deps, ofLan(), { capacity: 1 });
    await setStatus(shop.deps, { member: lan, status: "available" });
    await setStatus(shop.deps, { member: bao, status: "away" });
    await settle();
    await settle();
    expect(
      (await queuedActs(id)).map((candidates) => candidates.map(({ verdict }) => verdict)),
    ).toEqual([["offline"], [expect.stringContaining("at capacity"), "offline"]]);
    await changeMember(shop.deps, ofLan(), { capacity: null });
    await saveRule({});
    await expectGiven();
  });

  test("is given away when somebody comes online", async () => {
    await setStatus(shop.deps, { member: lan, status: "away" });
    await write();
    await settle();
    await setStatus(shop.deps, { member: lan, status: "available" });
    await expectGiven();
  });

  test("is given away when it joined the line just before, unseen", async () => {
    await settle();
    await setStatus(shop.deps, { member: lan, status: "away" });
    await write();
    await setStatus(shop.deps, { member: lan, status: "available" });
    await expectGiven();
  });

  test("is given away when a place gets free", async () => {
    const held = await write();
    await changeMember(shop.deps, ofLan(), { capacity: await heldByLan() });
    await write();
    await settle();
    const close = { accountId: shop.accountId, sessionId: held, by: bao };
    await closeSession(shop.deps, { ...close, reason: null, sendMessage: false });
    await expectGiven();
    await changeMember(shop.deps, ofLan(), { capacity: null });
  });

  test("is given away when they may hold more", async () => {
    await changeMember(shop.deps, ofLan(), { capacity: await heldByLan() });
    await write();
    await settle();
    await changeMember(shop.deps, ofLan(), { capacity: null });
    await expectGiven();
  });

  test("is given away when a rule names them", async () => {
    await changeRule(shop.deps, author(), ruleId, { enabled: false });
    await write();
    await settle();
    await changeRule(shop.deps, author(), ruleId, { enabled: true });
    await expectGiven();
  });

  test("is given away when they reach its channel", async () => {
    const { channelId } = await createChannel(shop.deps, whatsapp, {
      ...author(),
      name: "Sales",
      config: {
        phoneNumberId: "2",
        accessToken: "token",
        appSecret: "secret",
        verifyToken: "verify",
        graphUrl: "http://127.0.0.1:9",
      },
    });
    await limitMemberToChannels(shop.deps, ofLan(), [channelId]);
    await write();
    await settle();
    await limitMemberToChannels(shop.deps, ofLan(), null);
    await expectGiven();
  });

  test("is given away when they join the team it was transferred to", async () => {
    const team = await createTeam(shop.deps, author(), { name: newId(), memberIds: [] });
    const act = { accountId: shop.accountId, sessionId: await write(), by: bao };
    await assignSession(shop.deps, { ...act, to: bao.id });
    await transferSession(shop.deps, { ...act, to: { team: team.id }, note: null });
    await settle();
    await setTeamMembers(shop.deps, { ...author(), teamId: team.id }, [lan.id]);
    await expectGiven();
  });

  test("is given away when its contact gets a tag that a rule asks for", async () => {
    await saveRule({ conditions: { tags: ["vip"] } });
    const id = await write();
    await settle();
    const { contactId } = await shop.session(id);
    await tagContact(shop.deps, { accountId: shop.accountId, contactId, by: bao, tags: ["vip"] });
    await expectGiven();
  });

  test("is given away when business hours begin", async () => {
    await saveRule({ conditions: { businessHours: "within" } });
    const now = await shop.clock.now();
    const minute = new Date(now + 120_000).toISOString().slice(11, 16);
    const day = [{ from: minute, until: "24:00" }];
    const weekdays = Object.fromEntries(WEEKDAYS.map((name) => [name, day]));
    const hours = BusinessHours.parse({ timeZone: "UTC", weekdays, holidays: [] });
    await saveBusinessHours(shop.deps, author(), hours);
    await write();
    await settle();
    await shop.clock.advance({ minutes: 3 });
    await setStatus(shop.deps, { member: lan, status: "available" });
    await expectGiven();
    await saveBusinessHours(shop.deps, author(), null);
  });

  test("is given away when reassignments go on after an outage", async () => {
    await shop.configure({
      reassign: { ...DEFAULT_CLOCK_SETTINGS.reassign, enabled: true, afterMinutes: 1 },
    });
    await saveRule({ target: { members: [lan.id, bao.id] } });
    await setStatus(shop.deps, { member: lan, status: "away" });
    const id = await write();
    await assignSession(shop.deps, {
      ...{ accountId: shop.accountId, sessionId: id },
      ...{ by: bao, to: bao.id },
    });
    await shop.clock.advance({ seconds: 61 });
    await fireTimers(shop.deps, 100);
    expect((await shop.session(id)).facts.wait).toMatchObject({ waitingForAgent: true });
    await shop.deps.db.query("insert into outages (began_at, detected_at) values (0, now_ms())");
    await setStatus(shop.deps, { member: lan, status: "available" });
    await settle();
    await shop.deps.db.query("update outages set hold_ended_at = now_ms()");
    await expectGiven();
    await shop.configure({});
  });
});

const WEEKDAYS = [
  ...["monday", "tuesday", "wednesday", "thursday", "friday"],
  ...["saturday", "sunday"],
];

function author() {
  return { accountId: shop.accountId, by: COMMAND_LINE };
}

function ofLan() {
  return { ...author(), memberId: lan.id };
}

/** The business's only rule, for Lan unless told otherwise. */
async function saveRule(rule: object): Promise<void> {
  if (ruleId !== undefined) await removeRule(shop.deps, author(), ruleId);
  const input = { name: "Rule", target: { members: [lan.id] }, ...rule };
  ruleId = (await createRule(shop.deps, author(), AssignmentRuleInput.parse(input))).id;
}

/** A customer writes; gives the session. */
async function write(): Promise<string> {
  return (await shop.customerWrites(`8490${1_000_000 + ++customers}`)).id;
}

/** Nobody can have what is in line, and the process knows. */
async function settle(): Promise<void> {
  for (let round = 0; round < 2; round++) {
    expect(await drainLine(shop.deps, shop.accountId, tried)).toBe(0);
  }
}

async function queuedActs(sessionId: string): Promise<CandidateVerdict[][]> {
  const rows = await shop.deps.db.query<{ candidates: CandidateVerdict[] }>(
    `select explanation->'routed'->'candidates' as candidates from timeline
     where session_id = $1 and kind = 'queued' order by seq`,
    [sessionId],
  );
  return rows.map(({ candidates }) => candidates);
}

async function expectGiven(): Promise<void> {
  expect(await drainLine(shop.deps, shop.accountId, tried)).toBe(1);
}

async function heldByLan(): Promise<number> {
  const [row] = await shop.deps.db.query<{ count: number }>(
    "select count(*)::int as count from sessions where assignee_id = $1 and closed_at is null",
    [lan.id],
  );
  return row?.count ?? 0;
}
