import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureSetupLink } from "../../actions/set-up.ts";
import { createTestApi, PUBLIC_URL, type TestApi } from "../../testkit/test-api.ts";

let api: TestApi;
let setupToken: string;

beforeAll(async () => {
  api = await createTestApi();
});

afterAll(() => api.close());

const ADA = { email: "Ada@Acme.test", password: "correct horse battery" };

/** As a browser on our own pages would send it; each its own address, for the limits. */
function fromBrowser(cookie?: string, origin: string = PUBLIC_URL) {
  return { origin, ...(cookie === undefined ? {} : { cookie }) };
}

async function logIn(body: unknown = ADA, headers: Record<string, string> = fromBrowser()) {
  return await api.ask("POST /api/auth/sign-in/email", { body, headers });
}

async function cookieOf(login: { headers: Readonly<Record<string, unknown>> }): Promise<string> {
  return [login.headers["set-cookie"]]
    .flat()
    .map((cookie) => String(cookie).split(";")[0])
    .join("; ");
}

describe("the first run", () => {
  test("prints a link that works once; only the newest one works", async () => {
    const old = await ensureSetupLink(api.deps, PUBLIC_URL);
    const link = await ensureSetupLink(api.deps, PUBLIC_URL);
    expect(link).toMatch(/^http:\/\/punctual\.test:3000\/setup\?token=[\w-]{43}$/);
    setupToken = tokenOf(link);
    const check = (token: string) =>
      api.ask("POST /api/v1/links/check", { body: { link: "setup", token } });
    expect(await check(setupToken)).toMatchObject({ status: 200, body: { email: null } });
    for (const wrong of [tokenOf(old), ""]) {
      const refusal = { status: 404, body: { code: "setup_link_invalid" } };
      expect(await check(wrong)).toMatchObject(refusal);
    }
  });

  test("of two who open it at once, one gets the business", async () => {
    const body = { token: setupToken, businessName: "Acme", name: "Ada", ...ADA };
    const answers = await Promise.all(
      [body, { ...body, email: "eve@acme.test" }].map((each) =>
        api.ask("POST /api/v1/setup", { body: each }),
      ),
    );
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([201, 404]);
    const accounts = await api.deps.db.query("select id from accounts");
    expect(accounts).toHaveLength(1);
    const [winner] = await api.deps.db.query<{ email: string }>("select email from members");
    ADA.email = winner?.email ?? "";
    expect(await ensureSetupLink(api.deps, PUBLIC_URL)).toBeNull();
  });

  test("asks for a password that isn't short", async () => {
    const body = { token: "x", businessName: "B", name: "N", email: "n@b.test", password: "short" };
    expect(await api.ask("POST /api/v1/setup", { body })).toMatchObject({
      status: 400,
      body: { errors: [{ path: "password" }] },
    });
  });
});

describe("a login", () => {
  test("gives a cookie that the API takes, until the logout", async () => {
    const login = await logIn();
    expect(login.status).toBe(200);
    const cookie = await cookieOf(login);
    expect(String(login.headers["set-cookie"])).toMatch(/HttpOnly.*SameSite=Lax/i);
    const me = await api.ask("GET /api/v1/me", { headers: { cookie } });
    expect(me).toMatchObject({ status: 200, body: { member: { role: "admin", hasLogin: true } } });
    const logout = await api.ask("POST /api/auth/sign-out", {
      body: {},
      headers: fromBrowser(cookie),
    });
    expect(logout.status).toBe(200);
    expect((await api.ask("GET /api/v1/me", { headers: { cookie } })).status).toBe(401);
  });

  test("needs the right password", async () => {
    const wrong = await logIn({ ...ADA, password: "not this one" });
    expect(wrong).toMatchObject({ status: 401, body: { code: "login_failed" } });
    const nobody = await logIn({ email: "nobody@acme.test", password: "not this one" });
    expect(nobody.body).toEqual(wrong.body);
  });

  test("is refused for a while after many wrong passwords, from wherever they come", async () => {
    const guess = async (count: number, password: string) =>
      await api.app.inject({
        ...{ method: "POST", url: "/api/auth/sign-in/email" },
        payload: { email: "Guessed@acme.test", password },
        remoteAddress: `10.0.${Math.floor(count / 250)}.${count % 250}`,
      });
    for (let count = 0; count < 20; count++) {
      expect((await guess(count, `guess ${count}`)).statusCode).toBe(401);
    }
    const refused = await guess(21, "guess 21");
    expect(refused.json()).toMatchObject({ code: "too_many_requests" });
    expect((await logIn()).status).toBe(200);
  });

  test("is refused from another site's page", async () => {
    const answer = await logIn(ADA, fromBrowser("punctual.session_token=x", "https://evil.test"));
    expect(answer).toMatchObject({ status: 403, body: { code: "origin_not_allowed" } });
  });

  test("exists for members alone: there is no sign-up, and nothing else of the library", async () => {
    for (const route of [
      "POST /api/auth/sign-up/email",
      "POST /api/auth/update-user",
      "POST /api/auth/delete-user",
      "POST /api/auth/change-email",
      "GET /api/auth/ok",
    ]) {
      const body = { ...ADA, email: "eve@acme.test", name: "Eve" };
      const answer = await api.ask(route, { body: route.startsWith("GET") ? undefined : body });
      expect(answer, route).toMatchObject({ status: 404, body: { code: "not_found" } });
    }
  });

  test("ends when the member is deactivated", async () => {
    const cookie = await cookieOf(await logIn());
    await api.deps.db.query("update members set active = false");
    const me = () => api.ask("GET /api/v1/me", { headers: { cookie } });
    await expect.poll(me, { timeout: 10_000 }).toMatchObject({ status: 401 });
    await api.deps.db.query("update members set active = true");
  });
});

describe("who is not let in hears why, and never which tokens exist", () => {
  test.each([
    [{}, "neither"],
    [{ authorization: "pun_abc" }, '"Bearer", a space'],
    [{ authorization: "Bearer" }, '"Bearer", a space'],
    [{ authorization: "Bearer abc" }, "The API token is not valid"],
    [{ authorization: "Bearer pun_abc" }, "The API token is not valid"],
    [{ cookie: "other=1" }, "neither"],
    [{ cookie: "punctual.session_token=x" }, "Log in again"],
  ])("%j", async (headers: Record<string, string>, detail) => {
    expect(await api.ask("GET /api/v1/me", { headers })).toMatchObject({
      status: 401,
      body: { code: "not_authenticated", detail: expect.stringContaining(detail) },
    });
  });
});

describe("a cookie that travels on its own", () => {
  test.each([
    ["our own page", PUBLIC_URL, 200],
    ["the name the server is opened by here", "http://punctual.test:3000", 200],
    ["another site", "https://evil.test", 403],
    ["a page without an origin", "null", 403],
    ["a site that begins alike", "http://punctual.test:3000.evil.test", 403],
    ["another port", "http://punctual.test:4000", 403],
  ])("changes something from %s: %s → %i", async (_, origin, status) => {
    const cookie = await cookieOf(await logIn());
    const answer = await api.ask("PUT /api/v1/me/status", {
      body: { status: "away" },
      headers: { cookie, origin },
    });
    expect(answer.status).toBe(status);
  });

  test("changes nothing without an origin, and reads without one", async () => {
    const cookie = await cookieOf(await logIn());
    const put = await api.ask("PUT /api/v1/me/status", {
      body: { status: "away" },
      headers: { cookie },
    });
    expect(put).toMatchObject({ status: 403, body: { code: "origin_not_allowed" } });
    expect((await api.ask("GET /api/v1/me", { headers: { cookie } })).status).toBe(200);
  });
});

describe("an invitation", () => {
  test("turns into a login once", async () => {
    const cookie = await cookieOf(await logIn());
    const added = await api.ask("POST /api/v1/members", {
      body: { email: "ben@acme.test", name: "Ben <b>", role: "agent" },
      headers: fromBrowser(cookie),
    });
    expect(added).toMatchObject({ status: 201, body: { member: { hasLogin: false } } });
    const { url } = added.body.invitation as { url: string };
    const token = tokenIn(url);
    const link = { link: "invitation", token };
    const checked = await api.ask("POST /api/v1/links/check", { body: link });
    expect(checked.body).toEqual({ name: "Ben <b>", email: "ben@acme.test" });
    const accepted = await accept(token);
    expect(accepted).toMatchObject({ status: 200, body: { email: "ben@acme.test" } });
    const used = await api.ask("POST /api/v1/links/check", { body: link });
    expect(used).toMatchObject({ status: 404, body: { code: "invitation_invalid" } });
    expect(await accept(token)).toMatchObject({
      status: 404,
      body: { code: "invitation_invalid" },
    });
    const login = await logIn({ email: "Ben@acme.test", password: "ben's own password" });
    expect(login.status).toBe(200);
    const me = await api.ask("GET /api/v1/me", { headers: { cookie: await cookieOf(login) } });
    expect(me.body).toMatchObject({ member: { name: "Ben <b>", role: "agent" } });
  });

  test("expires after a week", async () => {
    const cookie = await cookieOf(await logIn());
    const added = await api.ask("POST /api/v1/members", {
      body: { email: "late@acme.test", name: "Late" },
      headers: fromBrowser(cookie),
    });
    await api.deps.db.query(
      "update invitations set expires_at = now_ms() - 1 where used_at is null",
    );
    const { url } = added.body.invitation as { url: string };
    expect((await accept(tokenIn(url))).status).toBe(404);
  });

  function tokenIn(url: string): string {
    return new URL(url).searchParams.get("token") ?? "";
  }

  async function accept(token: string) {
    const body = { token, password: "ben's own password" };
    return await api.ask("POST /api/v1/invitations/accept", { body });
  }
});

function tokenOf(link: string | null): string {
  return new URL(link ?? "").searchParams.get("token") ?? "";
}
