import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { handOver } from "../../actions/hand-over.ts";
import { lockAccount } from "../../store/account-locks.ts";
import { loadMemberForUpdate, writeMemberSettings } from "../../store/change-member.ts";
import { endLinksOf } from "../../store/invitations.ts";
import { createHolds } from "../../testkit/journey-holds.ts";
import {
  type Answer,
  createTestApi,
  PUBLIC_URL,
  type TestApi,
  type TestTenant,
} from "../../testkit/test-api.ts";

let api: TestApi;
let acme: TestTenant;

beforeAll(async () => {
  api = await createTestApi({ publicUrl: PUBLIC_URL });
});

afterAll(() => api.close());

const PASSWORD = "correct horse battery";
let people = 0;

/** Adds somebody new; gives their id and invitation. */
async function invite(name: string, role = "agent") {
  people += 1;
  const email = `${name}.${people}@acme.test`.toLowerCase();
  const added = await acme.admin.call("POST /members", { body: { email, name, role } });
  const member = added.body.member as { id: string };
  // Admins don't see a link that is mailed.
  expect(added.body.invitation).toMatchObject({ url: null, emailed: true });
  return { id: member.id, email, token: await tokenMailedTo(email) };
}

/** Of the link in the newest e-mail. */
async function tokenMailedTo(email: string): Promise<string> {
  const { body } = (await mailsTo(email)).at(-1) ?? { body: null };
  return /\?token=([\w-]+)/.exec(body ?? "")?.[1] ?? "";
}

async function accept(token: string) {
  const answer = await api.ask("POST /api/v1/invitations/accept", {
    body: { token, password: PASSWORD },
  });
  return answer;
}

async function loginOf(memberId: string): Promise<Record<string, unknown>> {
  const { body } = await acme.admin.call("GET /logins");
  const logins = body.logins as (Record<string, unknown> & { memberId: string })[];
  return logins.find((login) => login.memberId === memberId) ?? {};
}

async function audited(subject: string): Promise<unknown[]> {
  const { body } = await acme.admin.call(`GET /audit-log?subject=${subject}`);
  return (body.entries as { act: string }[]).map(({ act }) => act).reverse();
}

interface Queued extends Record<string, unknown> {
  body: string | null;
  withdrawn_at: number | null;
}

async function mailsTo(email: string): Promise<Queued[]> {
  return await api.deps.db.query<Queued>(
    "select body, withdrawn_at from emails where to_address = $1 order by created_at, id",
    [email],
  );
}

describe("an invitation", () => {
  beforeAll(async () => {
    acme = await api.createTenant("Acme");
  });

  test("is mailed in the commit that adds the member, and admins see how it stands", async () => {
    const { id, email, token } = await invite("Ben");
    expect(await mailsTo(email)).toEqual([
      {
        body: expect.stringContaining(`${PUBLIC_URL}/invitation?token=${token}`),
        withdrawn_at: null,
      },
    ]);
    expect(await loginOf(id)).toMatchObject({
      hasLogin: false,
      invitation: { state: "pending", acceptedAt: null, email: "waiting" },
    });
    expect((await accept(token)).status).toBe(200);
    expect(await loginOf(id)).toMatchObject({
      hasLogin: true,
      twoFactor: false,
      invitation: { state: "accepted" },
    });
    const again = await acme.admin.call(`POST /members/${id}/invitation`);
    expect(again).toMatchObject({ status: 409, body: { code: "invitation_accepted" } });
  });

  test("can be made anew, which ends the one before and its e-mail", async () => {
    const { id, email, token } = await invite("Cem");
    await api.deps.db.query("update invitations set expires_at = now_ms() where member_id = $1", [
      id,
    ]);
    expect(await loginOf(id)).toMatchObject({ invitation: { state: "expired" } });
    const anew = await acme.admin.call(`POST /members/${id}/invitation`);
    expect(anew).toMatchObject({ status: 201, body: { url: null, emailed: true } });
    expect(await mailsTo(email)).toEqual([
      { body: null, withdrawn_at: expect.any(Number) },
      { body: expect.stringContaining("/invitation?token="), withdrawn_at: null },
    ]);
    expect((await accept(token)).status).toBe(404);
    expect((await accept(await tokenMailedTo(email))).status).toBe(200);
    expect(await audited(id)).toEqual([
      "member.added",
      "invitation.created",
      "invitation.accepted",
    ]);
  });

  test("can be revoked, once", async () => {
    const { id, email, token } = await invite("Dora");
    const revoke = () => acme.admin.call(`DELETE /members/${id}/invitation`);
    expect((await revoke()).status).toBe(204);
    expect(await revoke()).toMatchObject({ status: 404, body: { code: "invitation_not_found" } });
    expect(await loginOf(id)).toMatchObject({ invitation: null });
    expect(await mailsTo(email)).toMatchObject([{ body: null }]);
    expect((await accept(token)).status).toBe(404);
    expect(await audited(id)).toEqual(["member.added", "invitation.revoked"]);
  });
});

describe("a link that ends in the moment in which it is used", () => {
  beforeAll(async () => {
    acme = await api.createTenant("Links");
  });

  /** Whoever ends links of a member holds the member's lock while somebody comes with one of them. */
  async function endWhile(memberId: string, using: () => Promise<Answer>): Promise<Answer> {
    const { db } = api.deps;
    const { accountId } = acme;
    const locked = await db.transaction(async (tx) => {
      await loadMemberForUpdate(tx, accountId, memberId);
      const answer = using();
      await createHolds(db).waiting(1);
      await endLinksOf(tx, accountId, memberId);
      return { answer };
    });
    return await locked.answer;
  }

  test("is an invitation that can't be accepted any more", async () => {
    const { id, token } = await invite("Fay");
    expect(await endWhile(id, () => accept(token))).toMatchObject({
      status: 404,
      body: { code: "invitation_invalid" },
    });
    expect(await loginOf(id)).toMatchObject({ hasLogin: false });
  });

  test("is a reset that changes no password any more", async () => {
    const { id, email, token } = await invite("Gil");
    await accept(token);
    await acme.admin.call(`POST /members/${id}/password-reset`);
    const mailed = (await mailsTo(email)).at(-1)?.body ?? "";
    const body = { token: /token=(\S+)/.exec(mailed)?.[1], password: "another one entirely" };
    const reset = () => api.ask("POST /api/v1/password-resets/use", { body });
    expect(await endWhile(id, reset)).toMatchObject({ body: { code: "reset_link_invalid" } });
  });
});

describe("an admin changes a member", () => {
  beforeAll(async () => {
    acme = await api.createTenant("Change");
  });

  test("in name, role and capacity; the audit log knows what was before", async () => {
    const { id } = acme.agent;
    const body = { name: "Ann Lee", role: "supervisor", capacity: 5 };
    const changed = await acme.admin.call(`PATCH /members/${id}`, { body });
    expect(changed).toMatchObject({ status: 200, body: { id, ...body } });
    const back = await acme.admin.call(`PATCH /members/${id}`, { body: { capacity: null } });
    expect(back.body).toMatchObject({ name: "Ann Lee", role: "supervisor", capacity: null });
    const { body: log } = await acme.admin.call(`GET /audit-log?subject=${id}&act=member.changed`);
    expect(log.entries).toMatchObject([
      { memberId: acme.admin.id, before: { capacity: 5 }, after: { capacity: null } },
      { before: { role: "agent" }, after: { name: "Ann Lee", role: "supervisor" } },
    ]);
  });

  test("what their screens know of the member follows from the event", async () => {
    const { id } = acme.otherAgent;
    await acme.admin.call(`PATCH /members/${id}`, { body: { name: "Bob Q", capacity: 2 } });
    const [event] = await api.deps.db.query<{ payload: string }>(
      `select payload from events where type = 'member.updated'
         and payload::json#>>'{member,id}' = $1 order by id desc limit 1`,
      [id],
    );
    const { body } = await acme.admin.call("GET /members");
    const member = (body.members as { id: string }[]).find((each) => each.id === id);
    expect(member).toMatchObject(JSON.parse(event?.payload ?? "{}").member);
  });

  test("the last active admin keeps the role and the access, whoever asks", async () => {
    const { id } = acme.admin;
    const demoted = await acme.admin.call(`PATCH /members/${id}`, { body: { role: "agent" } });
    expect(demoted).toMatchObject({ status: 409, body: { code: "last_admin" } });
    const left = await acme.admin.call(`POST /members/${id}/deactivate`);
    expect(left).toMatchObject({ status: 409, body: { code: "not_yourself" } });
    const renamed = await acme.admin.call(`PATCH /members/${id}`, { body: { name: "Ada L" } });
    expect(renamed.status).toBe(200);
  });

  test("of two admins who remove each other at once, one is left", async () => {
    for (let times = 0; times < 5; times++) {
      const tenant = await api.createTenant(`Duel${times}`);
      const { admin, supervisor: other } = tenant;
      await admin.call(`PATCH /members/${other.id}`, { body: { role: "admin" } });
      const answers = await Promise.all([
        admin.call(`POST /members/${other.id}/deactivate`),
        other.call(`POST /members/${admin.id}/deactivate`),
        other.call(`PATCH /members/${other.id}`, { body: { role: "agent" } }),
      ]);
      // Whoever lost the right by the other's act is refused for that.
      const refusals = ["last_admin", "not_authenticated", "not_allowed"];
      const refused = answers.filter(({ body }) => refusals.includes(String(body.code)));
      expect(refused.length).toBeGreaterThan(0);
      const admins = await api.deps.db.query(
        "select 1 from members where account_id = $1 and role = 'admin' and active",
        [tenant.accountId],
      );
      expect(admins).toHaveLength(1);
    }
  });

  test("does not help who lost the right a moment ago, whatever their token still says", async () => {
    const colleague = await invite("Cem", "admin");
    const { secret } = (
      await acme.admin.call("POST /tokens", { body: { name: "Cem", memberId: colleague.id } })
    ).body;
    const asCem = async (route: string, body?: unknown) => {
      const headers = { authorization: `Bearer ${secret}` };
      const [method, path] = route.split(" ");
      return await api.ask(`${method} /api/v1${path}`, { body, headers });
    };
    const me = `/members/${colleague.id}`;
    // Asked once, the door remembers for some seconds who it is.
    expect((await asCem("GET /me")).status).toBe(200);
    await acme.admin.call(`PATCH ${me}`, { body: { role: "agent" } });
    const acts: [string, unknown?][] = [
      [`PATCH ${me}`, { role: "admin" }],
      ["POST /members", { email: "x@acme.test", name: "X", role: "admin" }],
      ["POST /tokens", { name: "x", memberId: acme.admin.id }],
      ["POST /tags", { name: "x", colour: "#112233" }],
      ["POST /teams", { name: "x", memberIds: [] }],
      [`PUT ${me}/channels`, { channelIds: null }],
      [`POST /members/${acme.agent.id}/sign-out`],
    ];
    for (const [route, body] of acts) {
      const answer = await asCem(route, body);
      expect(answer, route).toMatchObject({ status: 403, body: { code: "not_allowed" } });
    }
    await acme.admin.call(`POST ${me}/deactivate`);
    for (const [route, body] of [[`POST ${me}/reactivate`], ["POST /tokens", { name: "x" }]]) {
      const answer = await asCem(String(route), body);
      expect(answer).toMatchObject({ status: 401, body: { code: "not_authenticated" } });
    }
  });

  test("does not help who loses the right in the moment in which they use it", async () => {
    const { db } = api.deps;
    const tenant = await api.createTenant("Demoted");
    const { accountId, supervisor: second } = tenant;
    const role = (to: string) =>
      tenant.admin.call(`PATCH /members/${second.id}`, { body: { role: to } });
    await role("admin");
    const token = await tenant.admin.call("POST /tokens", { body: { name: "script" } });
    const whenOffline = { whenOffline: "reassign", autoAwayMinutes: null };
    const acts: [string, unknown?][] = [
      ["PUT /business-hours", { businessHours: null }],
      ["PUT /presence-settings", whenOffline],
      [`PUT /members/${tenant.agent.id}/channels`, { channelIds: null }],
      [`DELETE /tokens/${token.body.id}`],
      ["PUT /settings/closing", { tag: true, note: false, category: false }],
    ];
    const begun = await db.transaction(async (tx) => {
      lockAccount(tx, "roles", accountId);
      await tx.query("select 1");
      const demoted = { name: "Sue", role: "agent", capacity: null } as const;
      writeMemberSettings(tx, { accountId, memberId: second.id, ...demoted });
      const answers = acts.map(([route, body]) => second.call(route, { body }));
      await createHolds(db).waiting(acts.length);
      return { answers };
    });
    for (const answer of await Promise.all(begun.answers)) {
      expect(answer).toMatchObject({ status: 403, body: { code: "not_allowed" } });
    }
  });

  test("only an admin does", async () => {
    for (const who of [acme.supervisor, acme.otherAgent]) {
      for (const route of ["PATCH /members/ID", "POST /members/ID/deactivate", "GET /logins"]) {
        const answer = await who.call(route.replace("ID", acme.otherAgent.id), {
          body: route.startsWith("GET") ? undefined : {},
        });
        expect(answer, route).toMatchObject({ status: 403, body: { code: "not_allowed" } });
      }
    }
  });
});

describe("people call themselves and their business what they like", () => {
  beforeAll(async () => {
    acme = await api.createTenant("Names");
  });

  test("a member changes their own name, which the audit log knows", async () => {
    const { id } = acme.otherAgent;
    const changed = await acme.otherAgent.call("PATCH /me", { body: { name: "Bob" } });
    expect(changed).toMatchObject({ status: 200, body: { id, name: "Bob", role: "agent" } });
    const { body } = await acme.admin.call(`GET /audit-log?subject=${id}&act=member.changed`);
    expect(body.entries).toMatchObject([
      { act: "member.changed", memberId: id, after: { name: "Bob", role: "agent" } },
    ]);
    const role = await acme.otherAgent.call("PATCH /me", { body: { name: "Bob", role: "admin" } });
    expect(role).toMatchObject({ status: 400, body: { code: "validation_failed" } });
  });

  test("an admin renames the business, and everybody's screen hears of it", async () => {
    const renamed = await acme.admin.call("PATCH /account", { body: { name: "Names & Sons" } });
    expect(renamed).toMatchObject({ status: 200, body: { id: acme.accountId } });
    expect((await acme.agent.call("GET /account")).body).toEqual(renamed.body);
    expect((await acme.agent.call("GET /me")).body.account).toMatchObject({ name: "Names & Sons" });
    const events = await api.deps.db.query<{ payload: string }>(
      "select payload from events where account_id = $1 and type = 'account.updated'",
      [acme.accountId],
    );
    expect(events.map(({ payload }) => JSON.parse(payload))).toEqual([{ name: "Names & Sons" }]);
    const { body } = await acme.admin.call("GET /audit-log?act=business.changed");
    expect(body.entries).toMatchObject([{ before: { name: "Names" }, subjectId: null }]);
    expect(await acme.supervisor.call("PATCH /account", { body: { name: "Mine" } })).toMatchObject({
      status: 403,
      body: { code: "not_allowed" },
    });
  });
});

test("a member has at most a hundred API tokens", async () => {
  acme = await api.createTenant("Tokens");
  await api.deps.db.query(
    `insert into api_tokens (account_id, id, member_id, name, token_hash, created_at)
     select $1, gen_random_uuid(), $2, 'Token ' || n, sha256(n::text::bytea), 0
     from generate_series(1, 99) n`,
    [acme.accountId, acme.agent.id],
  );
  const answer = await acme.agent.call("POST /tokens", { body: { name: "One more" } });
  expect(answer).toMatchObject({ status: 409, body: { code: "too_many_tokens" } });
  expect((await acme.admin.call("POST /tokens", { body: { name: "Mine" } })).status).toBe(201);
});

describe("a member who is deactivated", () => {
  beforeAll(async () => {
    acme = await api.createTenant("Leave");
  });

  test("is out at once: tokens, logins and links end for good, a password doesn't help", async () => {
    const { id, email, token } = await invite("Eve", "admin");
    await accept(token);
    const login = () =>
      api.ask("POST /api/auth/sign-in/email", { body: { email, password: PASSWORD } });
    expect((await login()).status).toBe(200);
    const made = await acme.admin.call("POST /tokens", { body: { name: "script", memberId: id } });
    const me = () =>
      api.ask("GET /api/v1/me", { headers: { authorization: `Bearer ${made.body.secret}` } });
    expect((await me()).status).toBe(200);

    const left = await acme.admin.call(`POST /members/${id}/deactivate`);
    expect(left).toMatchObject({ status: 200, body: { active: false, online: false } });
    expect((await me()).status).toBe(401);
    const told = await api.deps.db.query(
      "select 1 from events where type = 'access.changed' and member_id = $1",
      [id],
    );
    expect(told).toHaveLength(1);
    expect(await login()).toMatchObject({ status: 401, body: { code: "login_failed" } });
    expect(await loginOf(id)).toMatchObject({ signedIn: 0 });

    const back = await acme.admin.call(`POST /members/${id}/reactivate`);
    expect(back).toMatchObject({ status: 200, body: { active: true } });
    expect((await login()).status).toBe(200);
    expect((await me()).status).toBe(401);
    await acme.admin.call(`POST /members/${id}/reactivate`);
    expect((await audited(id)).slice(-2)).toEqual(["member.deactivated", "member.reactivated"]);
  });

  test("hands open sessions over: waiting ones by the rules, the others to nobody", async () => {
    const { agent, otherAgent } = acme;
    const target = { members: [agent.id, otherAgent.id] };
    await acme.admin.call("POST /assignment-rules", {
      body: { name: "Both", target, onlineOnly: false },
    });
    const sessions = await Promise.all(
      Array.from({ length: 6 }, (_, n) => acme.customerWrites(`4917${n}`)),
    );
    for (const id of sessions) {
      const body = { memberId: agent.id };
      await acme.supervisor.call(`POST /sessions/${id}/assignee`, { body });
    }
    const [answered = "", ...waiting] = sessions;
    await agent.call(`POST /sessions/${answered}/no-reply-needed`);

    await acme.admin.call(`POST /members/${agent.id}/deactivate`);
    await handOver(api.deps, 60_000);
    const holders = await api.deps.db.query<{ id: string; assignee_id: string | null }>(
      "select id, assignee_id from sessions where account_id = $1",
      [acme.accountId],
    );
    const holderOf = new Map(holders.map((row) => [row.id, row.assignee_id]));
    expect(holderOf.get(answered)).toBeNull();
    for (const id of waiting) expect(holderOf.get(id)).toBe(otherAgent.id);
    const { body } = await acme.admin.call(`GET /sessions/${waiting[0]}/timeline`);
    expect(JSON.stringify(body)).toContain("deactivated");
  });

  test("hands over what came to them in the last moment, however late it is noticed", async () => {
    const { agent } = acme;
    const session = await acme.customerWrites("49179");
    await api.deps.db.query("update sessions set assignee_id = $2 where id = $1", [
      session,
      agent.id,
    ]);
    await api.deps.db.query("update members set deactivated_at = 1 where id = $1", [agent.id]);
    await handOver(api.deps, 60_000);
    const holder = async () => {
      const [row] = await api.deps.db.query<{ assignee_id: string | null }>(
        "select assignee_id from sessions where id = $1",
        [session],
      );
      return row?.assignee_id;
    };
    expect(await holder()).toBe(agent.id);
    await handOver(api.deps, null);
    expect(await holder()).not.toBe(agent.id);
  });
});
