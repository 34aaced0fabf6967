/** The pages of the settings beside the clock's, at a real browser. */
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { afterAll, beforeAll, describe, test } from "vitest";
import { codeOf } from "../../server/src/testkit/browser.ts";
import { hasBrowser, openStage, type Stage } from "./testkit/stage.ts";

const PAGES = ["security", "audit-log"] as const;
const WCAG = ["wcag2a", "wcag2aa", "wcag22aa"];

describe.skipIf(!hasBrowser)("the settings' pages", () => {
  let stage: Stage<"ben">;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage({ agents: ["ben"] });
    page = await stage.sit("ada", "/settings/api-tokens");
  });
  afterAll(() => stage?.close());

  test("a token is made, used over HTTP, found in the audit log and ended", async () => {
    await page.getByRole("button", { name: "Create a token" }).click();
    await page.getByLabel("Name").fill("CRM sync");
    await page.getByRole("dialog").getByRole("button", { name: "Create a token" }).click();
    const secret = await page.getByLabel("Token", { exact: true }).inputValue();
    const ask = () =>
      fetch(`${stage.url}/api/v1/me`, { headers: { authorization: `Bearer ${secret}` } });
    expect((await ask()).status).toBe(200);
    await page.getByRole("button", { name: "Done" }).click();

    await page.getByRole("button", { name: "Delete: CRM sync" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await expect(page.getByRole("button", { name: "Delete: CRM sync" })).toBeHidden();
    await expect.poll(async () => (await ask()).status).toBe(401);

    await page.getByRole("link", { name: "Audit log" }).click();
    await page.getByRole("combobox", { name: "What" }).click();
    await page.getByRole("option", { name: "API token ended" }).click();
    await expect(page.getByText("API token made: CRM sync")).toBeHidden();
    await page.getByRole("button", { name: "Details: API token ended CRM sync" }).click();
    await expect(page.getByRole("row", { name: "name CRM sync" })).toBeVisible();
    const entries = page.waitForEvent("download");
    await page.getByRole("link", { name: "Export" }).click();
    expect((await entries).suggestedFilename()).toBe("audit-log.jsonl");
    await page.getByLabel("To day").fill("2020-01-01");
    await expect(page.getByText("No change matches.")).toBeVisible();
    await page.getByRole("button", { name: "Show all" }).click();
    await expect(page.getByText("API token made: CRM sync")).toBeVisible();
  });

  test("a password is changed, and a second factor set up", async () => {
    const other = await stage.sit("ben", "/settings/security");
    const mine = await stage.sit("ben", "/settings/security");
    await mine.getByLabel("Current password").fill("not mine at all");
    await mine.getByLabel("New password").fill("a better password");
    await mine.getByRole("button", { name: "Change password" }).click();
    await expect(mine.getByText("The current password isn't right.")).toBeVisible();
    await mine.getByLabel("Current password").fill("correct horse battery");
    await mine.getByRole("button", { name: "Change password" }).click();
    await expect(mine.getByText("The password is changed")).toBeVisible();
    await expect(mine.getByText("This one")).toBeVisible();
    await expect(mine.getByRole("button", { name: /^Sign out: / })).toHaveCount(0);
    await other.waitForURL("**/login?next=%2Fsettings%2Fsecurity");

    await mine.getByRole("button", { name: "Set up" }).click();
    await mine.getByRole("dialog").getByLabel("Current password").fill("a better password");
    await mine.getByRole("button", { name: "Continue" }).click();
    const uri = await mine.getByRole("link", { name: "open it in the app" }).getAttribute("href");
    await mine.getByLabel("Six digits").fill(codeOf(uri ?? ""));
    await mine.getByRole("button", { name: "Turn on" }).click();
    await expect(mine.getByRole("button", { name: "Turn off" })).toBeVisible();
    // Its new login still hears what happens.
    const { admin, agents } = stage.journey;
    await admin.call(`PATCH /members/${agents.ben.id}`, { name: "Benjamin" });
    await expect(mine.getByRole("button", { name: /^Your account: Benjamin/ })).toBeVisible();
  });

  test("a quick reply is made, and a member deactivated", async () => {
    await page.getByRole("link", { name: "Quick replies" }).click();
    await page.getByRole("button", { name: /quick reply/ }).click();
    await page.getByLabel("Shortcut").fill("hours");
    await page.getByRole("dialog").getByLabel("Text").fill("We are open from 9 to 17.");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await expect(page.getByText("/hours", { exact: true })).toBeVisible();

    const { admin } = stage.journey;
    const { body } = await admin.call("POST /members", { name: "Dan", email: "dan@acme.test" });
    const { id } = body.member as { id: string };
    await page.getByRole("link", { name: "Members" }).click();
    await page.getByRole("button", { name: /Dan$/ }).click();
    await page.getByRole("menuitem", { name: "Deactivate" }).click();
    await page.getByRole("dialog").getByRole("button").last().click();
    await stage.journey.until(async () => {
      const { members } = (await admin.call("GET /members")).body as {
        members: { id: string; active: boolean }[];
      };
      return members.some((member) => member.id === id && !member.active);
    }, "Dan to be deactivated");
  });

  test.each(["light", "dark"] as const)("can be used by everybody (%s)", async (colorScheme) => {
    const seat = await stage.sit("ada", "/settings", { colorScheme });
    for (const name of PAGES) {
      await seat.goto(`/settings/${name}`);
      await seat.getByRole("heading", { level: 1 }).waitFor();
      await expect(seat.getByLabel("Loading")).toHaveCount(0, { timeout: 15_000 });
      await expectAccessible(seat, name);
    }
  });
});

async function expectAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const grave = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  expect([name, grave.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])]).toEqual([
    name,
    [],
  ]);
}
