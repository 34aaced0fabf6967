/** What an agent sees in the inbox, at a real browser. */
import { expect } from "@playwright/test";
import { afterAll, beforeAll, describe, test } from "vitest";
import { hasBrowser, openStage, type Stage } from "./testkit/stage.ts";

describe.skipIf(!hasBrowser)("the inbox", () => {
  let stage: Stage<"ben">;

  beforeAll(async () => {
    stage = await openStage({ agents: ["ben"] });
  });
  afterAll(() => stage?.close());

  test("shows a customer's message without a reload", async () => {
    const page = await stage.sit("ben");
    await expect(page.getByText("Nobody waits for you")).toBeVisible();
    const anna = await stage.journey.customer("Anna");
    await anna.writes("Where is my order?");
    await expect(page.getByRole("link", { name: /Anna/ })).toContainText("Where is my order?");
  });

  test("opens a session by the link of an alert's e-mail, after logging in", async () => {
    const vera = await stage.journey.customer("Vera");
    await vera.writes("Is anybody there?");
    const sessionId = await vera.sessionId();
    const page = await stage.visit(`/sessions/${sessionId}`);
    await page.getByLabel("E-mail").fill("ada@acme.test");
    await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery");
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page).toHaveURL(new RegExp(`/inbox/all/${sessionId}$`));
    await expect(page.getByRole("heading", { name: "Vera" })).toBeVisible();
  });

  test("is where somebody comes after logging in", async () => {
    const page = await stage.visit("/inbox/all");
    await page.getByLabel("E-mail").fill("ada@acme.test");
    await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery");
    await page.getByRole("button", { name: "Log in" }).click();
    await expect(page).toHaveURL(/\/inbox\/all$/);
  });
});
