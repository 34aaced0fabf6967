import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { newId } from "../../platform/ids.ts";
import { createTestApi, type TestApi, type TestTenant } from "../../testkit/test-api.ts";

const api: TestApi = await createTestApi();
let acme: TestTenant;

beforeEach(async () => {
  acme = await api.createTenant("Acme");
});

afterAll(() => api.close());

async function create(name: string, memberIds: readonly string[] = []) {
  return await acme.admin.call("POST /teams", { body: { name, memberIds } });
}

async function events(): Promise<unknown[]> {
  const rows = await api.deps.db.query<{ type: string; payload: unknown }>(
    "select type, payload::json as payload from events where account_id = $1 and type like 'team.%' order by id",
    [acme.accountId],
  );
  return rows.map(({ type, payload }) => ({ type, payload }));
}

test("a session that was transferred to a team is of none once the team is deleted", async () => {
  const { body: team } = await create("Night");
  const session = await acme.customerWrites("491700");
  const closed = await acme.customerWrites("491701");
  for (const id of [session, closed]) {
    await acme.admin.call(`POST /sessions/${id}/transfer`, { body: { to: { team: team.id } } });
  }
  await acme.admin.call(`POST /sessions/${closed}/close`, { body: {} });
  const teamOf = async (id: string) =>
    (await acme.admin.call(`GET /sessions/${id}`)).body.teamId as unknown;
  expect(await teamOf(session)).toBe(team.id);
  expect((await acme.admin.call(`DELETE /teams/${team.id}`)).status).toBe(204);
  expect(await Promise.all([session, closed].map(teamOf))).toEqual([null, null]);
});

describe("teams", () => {
  test("have members in the order of their turns, and everybody sees them", async () => {
    const { agent, otherAgent, supervisor } = acme;
    const night = await create("Night", [otherAgent.id, agent.id]);
    const day = await create("Day");
    expect(night).toMatchObject({ status: 201, body: { memberIds: [otherAgent.id, agent.id] } });
    const seen = await agent.call("GET /teams");
    expect(seen.body.teams).toEqual([day.body, night.body]);
    const memberIds = [agent.id, supervisor.id, otherAgent.id];
    const changed = await acme.admin.call(`PUT /teams/${night.body.id}/members`, {
      body: { memberIds },
    });
    expect(changed.body).toEqual({ ...night.body, memberIds });
  });

  test("take in and let go one member at a time", async () => {
    const { agent, otherAgent } = acme;
    const { body: team } = await create("Night", [agent.id]);
    const path = `/teams/${team.id}/members/${otherAgent.id}`;
    for (const _ of ["once", "twice"]) {
      const added = await acme.admin.call(`PUT ${path}`);
      expect(added.body.memberIds).toEqual([agent.id, otherAgent.id]);
    }
    const removed = await acme.admin.call(`DELETE ${path}`);
    expect(removed.body.memberIds).toEqual([agent.id]);
    const again = await acme.admin.call(`DELETE ${path}`);
    expect(again).toMatchObject({ status: 404, body: { code: "member_not_found" } });
  });

  test("have a name of their own, whatever its capitals", async () => {
    const { body: night } = await create("Night");
    const { body: day } = await create("Day");
    expect(await create("NIGHT")).toMatchObject({ status: 409, body: { code: "team_name_taken" } });
    const clash = await acme.admin.call(`PATCH /teams/${day.id}`, { body: { name: "night" } });
    expect(clash).toMatchObject({ status: 409, body: { code: "team_name_taken" } });
    const renamed = await acme.admin.call(`PATCH /teams/${night.id}`, { body: { name: "night" } });
    expect(renamed.body).toEqual({ ...night, name: "night" });
  });

  test("name only members of the business, each once", async () => {
    const ghosts = await create("Ghosts", [acme.agent.id, newId()]);
    expect(ghosts).toMatchObject({ status: 400, body: { errors: [{ path: "memberIds.1" }] } });
    expect((await create("Twins", [acme.agent.id, acme.agent.id])).status).toBe(400);
    const { body: team } = await create("Night");
    const added = await acme.admin.call(`PUT /teams/${team.id}/members/${newId()}`);
    expect(added).toMatchObject({ status: 404, body: { code: "member_not_found" } });
    expect((await acme.admin.call("GET /teams")).body.teams).toEqual([team]);
  });

  test("are at most two hundred", async () => {
    await api.deps.db.query(
      `insert into teams (account_id, id, name, created_at)
       select $1, gen_random_uuid(), 'Team ' || n, 0 from generate_series(1, 200) n`,
      [acme.accountId],
    );
    expect(await create("More")).toMatchObject({ status: 409, body: { code: "too_many_teams" } });
  });

  test("stay while an assignment rule gives sessions to them", async () => {
    const { body: team } = await create("Night");
    const { body: rule } = await acme.admin.call("POST /assignment-rules", {
      body: { name: "At night", target: { everyone: true } },
    });
    await api.deps.db.query("update assignment_rules set target = $2::json where id = $1", [
      rule.id,
      JSON.stringify({ team: team.id }),
    ]);
    const refused = await acme.admin.call(`DELETE /teams/${team.id}`);
    expect(refused).toMatchObject({
      status: 409,
      body: { code: "team_in_use", rules: [{ id: rule.id, name: "At night" }] },
    });
    await acme.admin.call(`DELETE /assignment-rules/${rule.id}`);
    expect((await acme.admin.call(`DELETE /teams/${team.id}`)).status).toBe(204);
    expect((await acme.admin.call("GET /teams")).body.teams).toEqual([]);
  });

  test("are for admins to change", async () => {
    const { body: team } = await create("Night");
    for (const route of [
      "POST /teams",
      `PATCH /teams/${team.id}`,
      `DELETE /teams/${team.id}`,
      `PUT /teams/${team.id}/members`,
      `PUT /teams/${team.id}/members/${acme.agent.id}`,
      `DELETE /teams/${team.id}/members/${acme.agent.id}`,
    ]) {
      const body = { POST: { name: "Mine" }, PATCH: { name: "Mine" }, PUT: { memberIds: [] } };
      const [method = ""] = route.split(" ");
      const answer = await acme.supervisor.call(route, { body: Object(body)[method] });
      expect(answer, route).toMatchObject({ status: 403 });
    }
  });

  test("tell their changes live, and the audit log who made them", async () => {
    const { body: team } = await create("Night", [acme.agent.id]);
    const { body: renamed } = await acme.admin.call(`PATCH /teams/${team.id}`, {
      body: { name: "Late" },
    });
    await acme.admin.call(`DELETE /teams/${team.id}`);
    expect(await events()).toEqual([
      { type: "team.created", payload: { team } },
      { type: "team.updated", payload: { team: renamed } },
      { type: "team.deleted", payload: { id: team.id } },
    ]);
    const { body } = await acme.admin.call(`GET /audit-log?subject=${team.id}`);
    expect(body.entries).toMatchObject([
      { act: "team.deleted", memberId: acme.admin.id, before: renamed, after: null },
      { act: "team.changed", before: team, after: renamed },
      { act: "team.created", before: null, after: team },
    ]);
  });
});
