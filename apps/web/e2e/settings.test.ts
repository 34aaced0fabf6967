/** Settings, at a real browser: saved by clicking, and then seen to work on real sessions. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { afterAll, beforeAll, describe, test } from "vitest";
import { hasBrowser, openStage, type Stage } from "./testkit/stage.ts";

const MINUTE_MS = 60_000;

describe.skipIf(!hasBrowser)("the settings", () => {
  let stage: Stage<"ben" | "cleo">;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage({ agents: ["ben", "cleo"] });
    page = await stage.sit("ada");
  });
  afterAll(() => stage?.close());

  test("of the session clock are saved under Omni Chat, Other Settings, and sessions follow them", async () => {
    const { journey } = stage;
    const anna = await journey.customer("Anna");
    await anna.writes("Is anybody there?");
    await page.getByRole("link", { name: "Settings" }).click();
    await page
      .getByRole("list", { name: "Omni Chat" })
      .getByRole("link", { name: "Other Settings" })
      .click();
    for (const name of [
      "Session closure time",
      "Time to change the person in charge when not yet answered",
      "Response time",
    ]) {
      await expect(page.getByRole("heading", { name, exact: true })).toBeVisible();
    }
    await expect(page.getByText("No unsaved changes")).toBeVisible();
    await turnOn(page, "Close sessions automatically");
    await page.getByLabel("Close after").fill("1.5 h");
    await expect(page.getByText("That is 1 hour 30 minutes")).toBeVisible();
    const closure = page.getByRole("region", { name: "Session closure time" });
    await closure.getByLabel("End-of-session message").fill("Bye ");
    await closure.getByRole("button", { name: "First name" }).click();
    await expect(closure.getByText("Bye Thảo")).toBeVisible();
    await expect(closure.getByRole("img")).toHaveAccessibleName(
      /1 hr 30 min: Closed, message sent/,
    );
    await turnOn(page, "Change the person in charge automatically");
    await page.getByLabel("Change after").fill("5");
    await turnOn(page, "Limit the response time");
    await page.getByLabel("Reply within").fill("30");
    await page.getByLabel("Warn before the limit").fill("30");
    await expect(page.getByText("choose less than 30 minutes")).toBeVisible();
    await expect(page.getByRole("button", { name: "Save" })).toBeDisabled();
    await page.getByLabel("Warn before the limit").fill("10");
    await expect(page.getByText("6 unsaved changes")).toBeVisible();
    await save(page, 2);
    await journey.settled();

    const first = (await anna.session()).assigneeId;
    await journey.clock.advance({ minutes: 5 });
    await journey.until(
      async () => (await anna.session()).assigneeId !== first,
      "the session to be given to somebody else",
    );
    await journey.clock.advance({ minutes: 25 });
    await journey.until(async () => (await anna.session()).overdue, "the session to be overdue");
    await journey.admin.replies(anna, "Sorry!");
    const { lastMessageAt, deadlines } = await anna.session();
    const { closeAt } = deadlines;
    const closesAfterMs = Date.parse(closeAt ?? "") - Date.parse(lastMessageAt);
    expect(Math.round(closesAfterMs / MINUTE_MS)).toBe(90);
    await journey.clock.reach(closeAt);
    await journey.until(async () => (await anna.received()).includes("Bye Anna"), "the goodbye");
    expect((await anna.session()).closed?.kind).toBe("clock");
  });

  test("say what a save does to open sessions, and go back to an earlier version", async () => {
    const { journey } = stage;
    const dora = await journey.customer("Dora");
    await dora.writes("Hello");
    await journey.clock.advance({ minutes: 3 });
    await page.getByLabel("Reply within").fill("2");
    await page.getByLabel("Warn before the limit").fill("1");
    await page.getByRole("button", { name: "Save" }).click();
    const dialog = page.getByRole("dialog");
    await expect(dialog.getByText("Reply within: 30 minutes → 2 minutes")).toBeVisible();
    await expect(dialog.locator("[data-count=wouldOverdue]")).toHaveText("1");
    await dialog.getByLabel("Each open session from its next message").click();
    await expect(dialog.locator("[data-count=wouldOverdue]")).toHaveText("0");
    await dialog.getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("Saved as version 3")).toBeVisible();
    expect((await dora.session()).overdue).toBe(false);

    await page.getByRole("button", { name: "Go back to this: version 2" }).click();
    await expect(page.getByLabel("Reply within")).toHaveValue("30");
    await save(page, 4);
    await expect(page.getByText("Version 4", { exact: true })).toBeVisible();
  });

  test("show what a colleague saved meanwhile, and keep what is typed", async () => {
    await page.getByLabel("Close after").fill("2h");
    await stage.journey.saves({ reply: { enabled: true, limitMinutes: 45 } });
    const notice = page.getByRole("alert").filter({ hasText: "A colleague saved meanwhile" });
    await notice.getByRole("button", { name: "Load theirs and keep my changes" }).click();
    await expect(page.getByLabel("Reply within")).toHaveValue("45");
    await expect(page.getByLabel("Close after")).toHaveValue("2h");
    await page.getByRole("link", { name: "Inbox" }).click();
    await page.getByRole("button", { name: "Stay here" }).click();
    await page.getByRole("button", { name: "Discard" }).click();
    await expect(page.getByText("No unsaved changes")).toBeVisible();
  });

  test("of a channel take the place of those of all channels", async () => {
    await page.getByRole("combobox", { name: "Applies to" }).click();
    await page.getByRole("option", { name: "Support" }).click();
    const closure = page.getByRole("region", { name: "Session closure time" });
    await expect(closure.getByText("As for all channels")).toBeVisible();
    await closure.getByLabel("Own setting for this channel").click();
    await closure.getByLabel("Close after").fill("10");
    await save(page, 1);
    const { body } = await stage.journey.admin.call(
      `GET /channels/${stage.journey.channelId}/settings/clock`,
    );
    expect(body).toMatchObject({ closure: { afterMinutes: 10 }, reassign: null, reply: null });
  });

  test("put assignment rules in another order by keys alone, and say who would get a session", async () => {
    const { admin, agents } = stage.journey;
    const target = { members: [agents.cleo.id] };
    await admin.call("POST /assignment-rules", { name: "Only Cleo", target });
    await page.goto("/settings/assignment-rules");
    const names = () =>
      page.locator("[data-rule]").evaluateAll((rows) => rows.map((row) => row.dataset.rule));
    await expect(page.getByText("Only Cleo")).toBeVisible();
    expect(await names()).toEqual(["In turn", "Only Cleo"]);
    await page.getByRole("button", { name: "Move Only Cleo" }).focus();
    await page.keyboard.press("Space");
    await expect(page.getByText("Only Cleo is at place 2 of 2.")).toBeAttached();
    await page.keyboard.press("ArrowUp");
    await expect(page.getByText("Only Cleo is at place 1 of 2.")).toBeAttached();
    await page.keyboard.press("Space");
    await expect.poll(names).toEqual(["Only Cleo", "In turn"]);
    await stage.journey.until(async () => {
      const { body } = await admin.call("GET /assignment-rules");
      const rules = body.assignmentRules as { name: string }[];
      return rules[0]?.name === "Only Cleo";
    }, "the order to be saved");
    await page.getByRole("button", { name: "Try" }).click();
    await expect(page.getByText("cleo would get the session")).toBeVisible();
  });

  test("invite a member, whose link lets them in", async () => {
    await page.goto("/settings/members");
    await page.getByRole("button", { name: "Invite a member" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("Dan");
    await dialog.getByLabel("E-mail").fill("not an address");
    await dialog.getByRole("button", { name: "Invite a member" }).click();
    await expect(dialog.getByText("It must be an e-mail address").first()).toBeVisible();
    await dialog.getByLabel("E-mail").fill("dan@acme.test");
    await dialog.getByRole("button", { name: "Invite a member" }).click();
    const link = await dialog.getByLabel("Link", { exact: true }).inputValue();
    const dan = await stage.visit(link);
    await expect(dan.getByLabel(/password/i).first()).toBeVisible();
  });

  test("offer an agent only what they may do", async () => {
    const ben = await stage.sit("ben", "/settings/omni-chat/other-settings");
    await expect(ben.getByText("Only admins change this.")).toBeVisible();
    await expect(ben.getByRole("switch", { name: "Limit the response time" })).toBeDisabled();
    await expect(ben.getByRole("button", { name: "Save" })).toHaveCount(0);
    await expect(ben.getByRole("link", { name: "Audit log" })).toHaveCount(0);
  });

  test("can be used by everybody, in the light and in the dark", async () => {
    const seat = await stage.sit("ada", "/settings");
    await expect(seat.getByRole("heading", { level: 1 })).toBeVisible();
    const links = seat.getByRole("navigation", { name: "Settings pages" }).getByRole("link");
    expect(await links.count()).toBe(14);
    const found: unknown[] = [];
    for (const link of await links.all()) {
      await seat.emulateMedia({ colorScheme: "light" });
      await link.click();
      await expect(link).toHaveAttribute("aria-current", "page");
      await expect(seat.getByRole("heading", { level: 1 })).toBeVisible();
      await expect(seat.getByRole("status", { name: "Loading" })).toHaveCount(0);
      found.push(...(await violationsOf(new AxeBuilder({ page: seat }), seat)));
      // All else that axe looks at is the same in either theme.
      await seat.emulateMedia({ colorScheme: "dark" });
      await expect(seat.locator("html")).toHaveAttribute("data-mantine-color-scheme", "dark");
      const contrast = new AxeBuilder({ page: seat }).withRules("color-contrast");
      found.push(...(await violationsOf(contrast, seat)));
    }
    expect(found).toEqual([]);
  }, 240_000);
});

async function turnOn(page: Page, name: string): Promise<void> {
  // The input lies under what is drawn of it, which is what people click.
  await page.getByRole("switch", { name }).locator("+ span").click();
  await expect(page.getByRole("switch", { name })).toBeChecked();
}

async function save(page: Page, version: number): Promise<void> {
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(`Saved as version ${version}`)).toBeVisible();
}

/** The serious and critical ones, with where they are. */
async function violationsOf(axe: AxeBuilder, page: Page): Promise<readonly unknown[]> {
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => [page.url(), id, nodes.map(({ html }) => html)]);
}
