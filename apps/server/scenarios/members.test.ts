/** How people come to a team, get in, lose their way in, and leave: with real e-mails and live sockets. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Browser, codeOf, openBrowser } from "../src/testkit/browser.ts";
import { type EventSocket, openEventSocket } from "../src/testkit/event-socket.ts";
import { type Journey, startJourney } from "../src/testkit/journey.ts";
import { serveJourney } from "../src/testkit/journey-database.ts";
import { type Mail, startMailServer, type TestMailServer } from "../src/testkit/mail-server.ts";

const ALL = "http,realtime,timers,outbox";
const PASSWORD = "correct horse battery";
const CEM = "cem@acme.test";
const LOGGED_OUT = 1008;

let smtp: TestMailServer;
let journey: Journey<"bao" | "lan">;

beforeEach(async () => {
  smtp = await startMailServer();
  const mail = { SMTP_URL: smtp.settings.url, MAIL_FROM: smtp.settings.from };
  journey = await startJourney({
    agents: ["bao", "lan"],
    nodes: [ALL, ALL],
    serve: (url, environment) => serveJourney(url, { ...environment, ...mail }),
  });
});
afterEach(async () => {
  await journey.end();
  await smtp.stop();
});

/** Waits for the so-manieth e-mail to this address. */
async function mailTo(address: string, count = 1): Promise<Mail> {
  const arrived = () => smtp.received.filter(({ to }) => to === address);
  await journey.until(async () => arrived().length >= count, `e-mail ${count} to ${address}`);
  const mail = arrived()[count - 1];
  if (mail === undefined) throw new Error("no e-mail");
  return mail;
}

/** Path and token of the link in an e-mail. */
function linkIn({ text }: Mail): { path: string; token: string } {
  const link = /http:\/\/punctual\.test(\/\S+)/.exec(text)?.[1] ?? "";
  return { path: link, token: new URL(link, "http://x").searchParams.get("token") ?? "" };
}

async function join(email: string, name = "Cem"): Promise<string> {
  const { body } = await journey.admin.call("POST /members", { email, name });
  const { token } = linkIn(await mailTo(email));
  const browser = openBrowser(journey.url());
  await browser.call("POST /api/v1/invitations/accept", { token, password: PASSWORD });
  return (body.member as { id: string }).id;
}

/** A browser at one of the two servers that is logged in. */
async function loggedIn(email: string, server = 0, password = PASSWORD): Promise<Browser> {
  const browser = openBrowser(journey.url(server));
  await browser.logIn(email, password);
  await browser.call("GET /api/v1/me");
  return browser;
}

/** Its server has heard of all that was committed before, has asked the login again, and left it open. */
async function goesOn(socket: EventSocket, browser: Browser): Promise<void> {
  await journey.admin.call("PATCH /account", { name: "Acme & Co" });
  await socket.until(({ events }) => events.some(({ type }) => type === "account.updated"));
  expect((await browser.call("GET /api/v1/me")).status).toBe(200);
  expect(socket.ws.readyState).toBe(socket.ws.OPEN);
}

test("who is invited gets an e-mail, chooses a password and logs in", async () => {
  await journey.admin.call("POST /members", { email: CEM, name: "Cem", role: "supervisor" });
  const mail = await mailTo(CEM);
  expect(mail.headers.subject).toBe("Join Acme on Punctual");
  const { path, token } = linkIn(mail);
  expect(path).toContain("/invitation?token=");

  const browser = openBrowser(journey.url());
  const link = await browser.call("POST /api/v1/links/check", { link: "invitation", token });
  expect(link.body).toEqual({ name: "Cem", email: CEM });
  await browser.call("POST /api/v1/invitations/accept", { token, password: PASSWORD });
  await browser.logIn(CEM, PASSWORD);
  const { body } = await browser.call("GET /api/v1/me");
  expect(body).toMatchObject({
    member: { email: CEM, role: "supervisor", hasLogin: true },
    server: { sendsEmail: true },
  });
  const { logins } = (await journey.admin.call("GET /logins")).body as { logins: unknown[] };
  expect(logins.at(-1)).toMatchObject({ invitation: { state: "accepted", email: "sent" } });
});

test("who is deactivated is out on every server, and their sessions are with others", async () => {
  const id = await join(CEM);
  const cem = await loggedIn(CEM);
  const [here, there] = [await cem.openSocket(), await (await loggedIn(CEM, 1)).openSocket()];
  const { secret } = (await journey.admin.call("POST /tokens", { name: "script", memberId: id }))
    .body as { secret: string };
  const [anna, ben] = [await journey.customer("Anna"), await journey.customer("Ben")];
  for (const customer of [anna, ben]) {
    await customer.writes();
    await journey.admin.acts(customer, "assignee", { memberId: id });
  }
  await journey.admin.acts(ben, "no-reply-needed");

  await journey.admin.call(`POST /members/${id}/deactivate`);
  expect(await here.closed).toBe(LOGGED_OUT);
  expect(await there.closed).toBe(LOGGED_OUT);
  await journey.until(async () => (await ben.session()).assigneeId === null, "Ben's session");
  await journey.until(async () => (await anna.session()).assigneeId !== id, "Anna's session");
  expect([journey.agents.bao.id, journey.agents.lan.id]).toContain(
    (await anna.session()).assigneeId,
  );
  expect(
    await cem.refusal("POST /api/auth/sign-in/email", { email: CEM, password: PASSWORD }),
  ).toBe("login_failed");
  const script = await fetch(`${journey.url(1)}/api/v1/me`, {
    headers: { authorization: `Bearer ${secret}` },
  });
  expect(script.status).toBe(401);
  await journey.settled();
});

test("a role that changes reaches the sockets that are open", async () => {
  const id = await join(CEM);
  const socket = await (await loggedIn(CEM, 1)).openSocket();
  await journey.admin.call(`PATCH /members/${id}`, { role: "supervisor" });
  expect(await socket.closed).toBe(1012);
});

describe("a forgotten password", () => {
  test("is replaced by a link that is mailed, and ends what the old one opened", async () => {
    await join(CEM);
    const before = await loggedIn(CEM);
    const socket = await before.openSocket();
    const visitor = openBrowser(journey.url(1));
    await visitor.call("POST /api/v1/password-resets", { email: "CEM@acme.test" });
    const mail = await mailTo(CEM, 2);
    expect(mail.headers.subject).toBe("Your password at Acme");
    const { token } = linkIn(mail);
    const link = { link: "passwordReset", token };
    expect((await visitor.call("POST /api/v1/links/check", link)).body).toMatchObject({
      email: CEM,
    });

    const password = "a new one of 10 signs";
    await visitor.call("POST /api/v1/password-resets/use", { token, password });
    expect(await socket.closed).toBe(LOGGED_OUT);
    expect(await visitor.refusal("POST /api/v1/password-resets/use", { token, password })).toBe(
      "reset_link_invalid",
    );
    expect(await visitor.refusal("POST /api/v1/links/check", link)).toBe("reset_link_invalid");
    const old = { email: CEM, password: PASSWORD };
    expect(await visitor.refusal("POST /api/auth/sign-in/email", old)).toBe("login_failed");
    await loggedIn(CEM, 0, password);
  });

  test("tells nobody which e-mails have a login, and fills no mailbox", async () => {
    await join(CEM);
    const visitor = openBrowser(journey.url());
    const ask = (email: string) => visitor.call("POST /api/v1/password-resets", { email });
    const answers = [await ask(CEM), await ask("nobody@acme.test"), await ask(CEM)];
    expect(answers.map(({ status, body }) => ({ status, body }))).toEqual(
      Array.from({ length: 3 }, () => ({ status: 202, body: {} })),
    );
    await mailTo(CEM, 2);
    const queued = await journey.db.query("select to_address from emails where kind = $1", [
      "passwordReset",
    ]);
    expect(queued).toEqual([{ to_address: CEM }]);
  });

  test("an admin has a link mailed, and doesn't see it", async () => {
    const id = await join(CEM);
    const made = await journey.admin.call(`POST /members/${id}/password-reset`);
    expect(made.body).toMatchObject({ url: null, emailed: true });
    expect(linkIn(await mailTo(CEM, 2)).path).toContain("/reset-password?token=");
  });
});

describe("a second factor", () => {
  async function turnOn(browser: Browser) {
    const { body } = await browser.call("POST /api/auth/two-factor/enable", { password: PASSWORD });
    const { totpURI, backupCodes } = body as { totpURI: string; backupCodes: string[] };
    await browser.call("POST /api/auth/two-factor/verify-totp", { code: codeOf(totpURI) });
    return { totpURI, backupCodes };
  }

  test("is asked for at the login, from an app or from the codes on paper", async () => {
    const id = await join(CEM);
    const { totpURI, backupCodes } = await turnOn(await loggedIn(CEM));
    const browser = openBrowser(journey.url(1));
    expect((await browser.logIn(CEM, PASSWORD)).body).toMatchObject({ twoFactorRedirect: true });
    expect(await browser.refusal("GET /api/v1/me")).toBe("not_authenticated");
    const verify = "POST /api/auth/two-factor/verify-totp";
    expect(await browser.refusal(verify, { code: "000000" })).toBe("code_wrong");
    await browser.call(verify, { code: codeOf(totpURI) });
    expect((await browser.call("GET /api/v1/me")).status).toBe(200);

    const [code = ""] = backupCodes;
    for (const expected of ["in", "used"]) {
      const paper = openBrowser(journey.url());
      await paper.logIn(CEM, PASSWORD);
      const use = "POST /api/auth/two-factor/verify-backup-code";
      if (expected === "used") expect(await paper.refusal(use, { code })).toBe("code_wrong");
      else await paper.call(use, { code });
    }
    const log = await journey.admin.call(`GET /audit-log?subject=${id}`);
    const acts = (log.body.entries as { act: string }[]).map(({ act }) => act);
    expect(acts).toEqual(["login.twoFactorTurnedOn", "invitation.accepted", "member.added"]);
  });

  test("finishes no login that began before the member was signed out everywhere", async () => {
    const id = await join(CEM);
    const { totpURI } = await turnOn(await loggedIn(CEM));
    const thief = openBrowser(journey.url(1));
    await thief.logIn(CEM, PASSWORD);
    await journey.admin.call(`POST /members/${id}/sign-out`);
    const verify = "POST /api/auth/two-factor/verify-totp";
    expect(await thief.refusal(verify, { code: codeOf(totpURI) })).toBe("code_wrong");
    expect(await thief.refusal("GET /api/v1/me")).toBe("not_authenticated");
  });

  test("can't be guessed: five wrong codes end the try, ten lock the account for a while", async () => {
    await join(CEM);
    const { totpURI } = await turnOn(await loggedIn(CEM));
    const verify = "POST /api/auth/two-factor/verify-totp";
    const guess = async (browser: Browser, code: string) => await browser.refusal(verify, { code });
    for (const server of [0, 1]) {
      const thief = openBrowser(journey.url(server));
      await thief.logIn(CEM, PASSWORD);
      for (let times = 0; times < 5; times++)
        expect(await guess(thief, "000000")).toBe("code_wrong");
      expect(await guess(thief, codeOf(totpURI))).not.toBe("code_wrong");
      expect(await thief.refusal("GET /api/v1/me")).toBe("not_authenticated");
    }
    const owner = openBrowser(journey.url());
    await owner.logIn(CEM, PASSWORD);
    expect(await guess(owner, codeOf(totpURI))).toBe("too_many_requests");
  });

  test("is switched off by its owner with the password", async () => {
    const id = await join(CEM);
    const browser = await loggedIn(CEM);
    await turnOn(browser);
    const off = "POST /api/auth/two-factor/disable";
    expect(await browser.refusal(off, { password: "not this one" })).toBe("validation_failed");
    await browser.call(off, { password: PASSWORD });
    await loggedIn(CEM);
    const log = await journey.admin.call(
      `GET /audit-log?subject=${id}&act=login.twoFactorTurnedOff`,
    );
    expect(log.body.entries).toMatchObject([{ memberId: id, via: "login" }]);
  });

  test("is switched off by an admin for who lost the device, who is signed out by that", async () => {
    const id = await join(CEM);
    const browser = await loggedIn(CEM);
    await turnOn(browser);
    const socket = await browser.openSocket();
    await journey.admin.call(`DELETE /members/${id}/two-factor`);
    expect(await socket.closed).toBe(LOGGED_OUT);
    await loggedIn(CEM);
    const log = await journey.admin.call(
      `GET /audit-log?subject=${id}&act=login.twoFactorTurnedOff`,
    );
    expect(log.body.entries).toHaveLength(1);
    await journey.admin.call(`DELETE /members/${id}/two-factor`);
  });
});

describe("signing out", () => {
  test("ends the socket that was opened with that login, and no other", async () => {
    await join(CEM);
    const [one, other] = [await loggedIn(CEM), await loggedIn(CEM, 1)];
    const [ends, stays] = [await one.openSocket(), await other.openSocket()];
    await one.call("POST /api/auth/sign-out", {});
    expect(await ends.closed).toBe(LOGGED_OUT);
    await goesOn(stays, other);
  });

  test("of the other devices is part of a new password, where that is asked for", async () => {
    const id = await join(CEM);
    const [one, other] = [await loggedIn(CEM), await loggedIn(CEM, 1)];
    const socket = await other.openSocket();
    await one.call("POST /api/auth/change-password", {
      currentPassword: PASSWORD,
      newPassword: "another of 10 signs",
      revokeOtherSessions: true,
    });
    expect(await socket.closed).toBe(LOGGED_OUT);
    expect((await one.call("GET /api/v1/me")).status).toBe(200);
    const log = await journey.admin.call(`GET /audit-log?subject=${id}&act=login.passwordChanged`);
    expect(log.body.entries).toHaveLength(1);
  });

  test("everywhere ends them all, and leaves API tokens alone", async () => {
    await join(CEM);
    const [one, other] = [await loggedIn(CEM), await loggedIn(CEM, 1)];
    const sockets = [await one.openSocket(), await other.openSocket()];
    const { secret } = (await one.call("POST /api/v1/tokens", { name: "script" })).body;
    await one.call("POST /api/v1/me/sign-out");
    expect(await Promise.all(sockets.map(({ closed }) => closed))).toEqual([
      LOGGED_OUT,
      LOGGED_OUT,
    ]);
    const script = await fetch(`${journey.url()}/api/v1/me`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(script.status).toBe(200);
  });

  test("is what a revoked token does to its sockets", async () => {
    await join(CEM);
    const browser = await loggedIn(CEM);
    const { id, secret } = (await browser.call("POST /api/v1/tokens", { name: "script" })).body;
    const headers = { authorization: `Bearer ${secret}` };
    const [byToken, byLogin] = [
      await openEventSocket(journey.url(1), { headers }),
      await browser.openSocket(),
    ];
    await browser.call(`DELETE /api/v1/tokens/${id}`);
    expect(await byToken.closed).toBe(LOGGED_OUT);
    await goesOn(byLogin, browser);
  });

  test("is also done by an admin, for somebody whose laptop is gone", async () => {
    const id = await join(CEM);
    const socket = await (await loggedIn(CEM, 1)).openSocket();
    await journey.admin.call(`POST /members/${id}/sign-out`);
    expect(await socket.closed).toBe(LOGGED_OUT);
  });
});
