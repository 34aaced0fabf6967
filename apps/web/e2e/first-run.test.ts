/** From the link that the first start prints to a customer in the inbox, by clicking alone. */
import { expect, type Page } from "@playwright/test";
import { startEmulator } from "@punctual/whatsapp-emulator";
import { afterAll, beforeAll, describe, test } from "vitest";
import { type EmptyServer, openEmptyServer } from "./testkit/empty-server.ts";
import { expectAccessible } from "./testkit/expect-accessible.ts";
import { hasBrowser } from "./testkit/stage.ts";

/** What the simulated phones have when they are started without flags. */
const NUMBER = {
  phoneNumberId: "106540352242922",
  displayPhoneNumber: "+15550783881",
  accessToken: "emulator-token",
  appSecret: "emulator-secret",
  verifyToken: "emulator-verify",
} as const;

describe.skipIf(!hasBrowser)("the first run", () => {
  let server: EmptyServer;
  let emulator: Awaited<ReturnType<typeof startEmulator>>;
  let page: Page;

  beforeAll(async () => {
    server = await openEmptyServer();
    emulator = await startEmulator({ numbers: [NUMBER] });
    page = await server.visit(server.setupPath);
  });
  afterAll(async () => {
    await emulator?.close();
    await server?.close();
  });

  test("creates the business and logs its admin in", async () => {
    await expectAccessible(page);
    await page.getByRole("button", { name: "Create the business" }).click();
    await expect(page.getByText("Fill this in.").first()).toBeVisible();
    await page.getByLabel("Business name").fill("Lotus Shop");
    await page.getByLabel("Your name").fill("Ada Lovelace");
    await page.getByLabel("E-mail").fill("ada@lotus.test");
    await page.getByRole("textbox", { name: "Password" }).fill("correct horse battery");
    await page.getByRole("button", { name: "Create the business" }).click();
    await expect(page.getByText("Step 3 of 5")).toBeVisible();
  });

  test("turns green by itself when webhooks come", async () => {
    await expectAccessible(page);
    await page.getByRole("button", { name: /Simulated phones/ }).click();
    await expect(page.getByText("Waiting for Meta's verification")).toBeVisible();
    const command = await page.getByRole("textbox", { name: "Command" }).inputValue();
    const webhookUrl = /--webhook-url (\S+)/.exec(command)?.[1] ?? "";
    await emulator.client.updateNumber(NUMBER.phoneNumberId, { webhookUrl });
    await emulator.client.handshake(NUMBER.phoneNumberId);
    await expect(page.getByText("Meta verified the address")).toBeVisible();
    await emulator.client.addCustomer({ id: "anna", name: "Anna", phone: "+16505550100" });
    await emulator.client.write("anna", { type: "text", text: "Hello?" });
    await expect(page.getByText("The first message arrived")).toBeVisible();
    await page.getByRole("button", { name: "Next" }).click();
  });

  test("can be left and resumed at the step where one was", async () => {
    await page.goto("/inbox/all");
    await page.goto("/welcome");
    await expect(page.getByText("Step 4 of 5")).toBeVisible();
  });

  test("invites the team, sets the clock, and ends in the inbox with the customer", async () => {
    await page.getByLabel("Name", { exact: true }).fill("Lan");
    await page.getByLabel("E-mail").fill("lan@lotus.test");
    await page.getByRole("button", { name: "Invite" }).click();
    await expect(page.getByRole("textbox", { name: /Give this link to Lan/ })).toHaveValue(
      /\/invitation\?token=/,
    );
    await page.getByRole("button", { name: "Next" }).click();
    await expectAccessible(page);
    await page.getByLabel("Reply within", { exact: true }).fill("20");
    await page.getByRole("button", { name: "Finish" }).click();
    await page.getByRole("link", { name: "Open the inbox" }).click();
    await expect(page.getByRole("link", { name: /Anna/ })).toContainText("Hello?");
  });

  test("a link that was used says so, and what to do", async () => {
    const late = await server.visit(server.setupPath);
    await expect(late.getByText("This link doesn't work")).toBeVisible();
  });
});
