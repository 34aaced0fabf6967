/** axe on the pages that people live in, in both themes. */
import { expect, type Page } from "@playwright/test";
import { afterAll, beforeAll, describe, test } from "vitest";
import { expectAccessible } from "./testkit/expect-accessible.ts";
import { hasBrowser, openStage, type Stage } from "./testkit/stage.ts";

describe.skipIf(!hasBrowser).each(["light", "dark"] as const)("in the %s theme", (colorScheme) => {
  let stage: Stage<"ben">;
  let page: Page;

  beforeAll(async () => {
    stage = await openStage({ agents: ["ben"] });
    const anna = await stage.journey.customer("Anna");
    await anna.writes("Where is my order?");
    page = await stage.sit("ada", "/inbox/all", { colorScheme });
  });
  afterAll(() => stage?.close());

  test("the inbox, and a thread with its side panel, are accessible", async () => {
    await expect(page.getByRole("link", { name: /Anna/ })).toBeVisible();
    await expectAccessible(page);
    await page.getByRole("link", { name: /Anna/ }).click();
    await expect(page.getByRole("article").first()).toBeVisible();
    await expect(page.getByRole("complementary")).toBeVisible();
    await expectAccessible(page);
  });

  test("the palette and the notification centre are accessible", async () => {
    await page.keyboard.press("Control+k");
    await expect(page.getByRole("textbox", { name: "Search and commands" })).toBeVisible();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /otifications?$/ }).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectAccessible(page);
  });

  test("the wall is accessible", async () => {
    await page.goto("/wall");
    await expect(page.getByRole("table").first()).toBeVisible();
    await expectAccessible(page);
  });

  test("the login is accessible, also with its mistakes", async () => {
    const login = await stage.visit("/login", { colorScheme });
    await login.getByRole("button", { name: "Log in" }).click();
    await expect(login.getByText("Write your e-mail.")).toBeVisible();
    await expectAccessible(login);
  });
});
