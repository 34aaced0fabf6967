/** How a conversation is read and answered, at a real browser. */
import { expect as expectSoon, type Page } from "@playwright/test";
import { afterAll, beforeAll, describe, test } from "vitest";
import { hasBrowser, openStage, type Stage } from "./testkit/stage.ts";

/** As patient as everything else on a stage: other tests may have the processor. */
const expect = expectSoon.configure({ timeout: 15_000 });

describe.skipIf(!hasBrowser)("a conversation", () => {
  let stage: Stage<"ben" | "lan">;

  beforeAll(async () => {
    stage = await openStage({ agents: ["ben", "lan"] });
  });
  afterAll(() => stage?.close());

  test("a reply reaches the customer, and its ticks move", async () => {
    const anna = await stage.journey.customer("Anna");
    await anna.writes("Where is my order?");
    await holds(stage, "ben", await anna.sessionId());
    const page = await stage.sit("ben", await pathOf(anna));
    await expect(page.getByRole("heading", { name: "Anna" })).toBeVisible();
    await expect(messageIn(page, "Where is my order?")).toBeVisible();
    await say(page, "It arrives tomorrow.");
    const reply = messageIn(page, "It arrives tomorrow.");
    await expect(reply).toHaveCount(1);
    await expect(reply.getByText("Read")).toBeAttached();
    expect(await anna.received()).toContain("It arrives tomorrow.");
  });

  test("a refused message says why, and can be sent again", async () => {
    const { journey } = stage;
    const bob = await journey.customer("Bob");
    await bob.writes("Is anybody there?");
    await holds(stage, "ben", await bob.sessionId());
    const page = await stage.sit("ben", await pathOf(bob));
    await journey.whatsapp.setFault({ kind: "error", code: 131026, times: 1, customerId: bob.id });
    await say(page, "Yes, here I am.");
    const refused = messageIn(page, "Yes, here I am.").first();
    await expect(refused.getByText("Not delivered")).toBeVisible();
    await refused.getByRole("button", { name: "Send again" }).click();
    await expect(messageIn(page, "Yes, here I am.").getByText("Read")).toHaveCount(1);
    expect(await bob.received()).toEqual(["Yes, here I am."]);
  });

  test("a note asks a colleague, and a quick reply fills in names", async () => {
    const { journey } = stage;
    const carl = await journey.customer("Carl");
    await carl.writes("A hard question");
    await holds(stage, "ben", await carl.sessionId());
    await journey.admin.call("POST /quick-replies", {
      shortcut: "thanks",
      text: "Thank you, {{contact.firstName}}.",
    });
    const page = await stage.sit("ben", await pathOf(carl));
    await expect(messageIn(page, "A hard question")).toBeVisible();
    await page.getByRole("button", { name: "Note" }).click();
    await page.getByLabel("Write a note for your team…").pressSequentially("@la");
    await page.keyboard.press("Enter");
    await page.keyboard.type("what do you think?");
    await page.keyboard.press("Enter");
    await expect(messageIn(page, "@lan what do you think?")).toContainText("Only your team");
    await journey.until(
      async () => (await journey.agents.lan.told()).includes("mention"),
      "Lan to be told",
    );
    await page.getByRole("button", { name: "Reply", exact: true }).click();
    await page.getByLabel("Write a reply…").pressSequentially("/th");
    await expect(page.getByRole("option", { name: /thanks/ })).toBeVisible();
    await page.keyboard.press("Enter");
    await expect(page.getByLabel("Write a reply…")).toHaveValue("Thank you, Carl.");
    await page.keyboard.press("Enter");
    await expect(messageIn(page, "Thank you, Carl.").getByText("Read")).toBeAttached();
  });

  test("what is written without a connection goes out once it is back, once", async () => {
    const { journey } = stage;
    const dora = await journey.customer("Dora");
    await dora.writes("First");
    await holds(stage, "ben", await dora.sessionId());
    const page = await stage.sit("ben", await pathOf(dora));
    await expect(messageIn(page, "First")).toBeVisible();
    await page.context().setOffline(true);
    await say(page, "One");
    await say(page, "Two");
    await expect(messageIn(page, "One")).toContainText("connection is back");
    await dora.writes("Second");
    await page.context().setOffline(false);
    await expect(messageIn(page, "Second")).toHaveCount(1);
    await expect(messageIn(page, "Two").getByText("Read")).toBeAttached();
    await expect(messageIn(page, "One")).toHaveCount(1);
    await expect(messageIn(page, "Two")).toHaveCount(1);
    expect(await dora.received()).toEqual(["One", "Two"]);
  });

  test("a session that went to somebody else stays on the screen and keeps the draft", async () => {
    const emil = await stage.journey.customer("Emil");
    await emil.writes("Please help");
    await holds(stage, "ben", await emil.sessionId());
    const page = await stage.sit("ben", await pathOf(emil));
    const field = page.getByLabel("Write a reply…");
    await field.fill("I am just about to");
    await holds(stage, "lan", await emil.sessionId());
    await expect(page.getByText("lan has this session now.")).toBeVisible();
    await expect(messageIn(page, "Please help")).toBeVisible();
    await expect(page.getByText("You can read this session, but")).toBeVisible();
    await holds(stage, "ben", await emil.sessionId());
    await expect(field).toHaveValue("I am just about to");
  });

  test("everything works by keys alone, and on a phone", async () => {
    const finn = await stage.journey.customer("Finn");
    await finn.writes("Good morning");
    await holds(stage, "ben", await finn.sessionId());
    const page = await stage.sit("ben", await pathOf(finn), { width: 390, height: 844 });
    await expect(messageIn(page, "Good morning")).toBeVisible();
    await page.keyboard.press("r");
    await expect(page.getByLabel("Write a reply…")).toBeFocused();
    await page.keyboard.type("Good morning, Finn");
    await page.keyboard.press("Enter");
    await expect(messageIn(page, "Good morning, Finn")).toBeVisible();
    await page.keyboard.press("Escape");
    await page.keyboard.press("e");
    await expect(page.getByRole("dialog", { name: "Close the session" })).toBeVisible();
    await page.getByRole("button", { name: "Close", exact: true }).last().press("Enter");
    await expect(page.getByText("This session is closed.")).toBeVisible();
    await page.getByRole("button", { name: "Details" }).click();
    await expect(page.getByText(/^Closed by ben/)).toBeVisible();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(390);
    await page.getByRole("button", { name: "Hide details" }).click();
    await page.getByRole("link", { name: "Back to the list" }).click();
    await expect(page).toHaveURL(/\/inbox\/all$/);
  });
});

function messageIn(page: Page, text: string) {
  return page.getByRole("article").filter({ hasText: text });
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel("Write a reply…").fill(text);
  await page.keyboard.press("Enter");
}

async function pathOf(customer: { sessionId(): Promise<string> }): Promise<string> {
  return `/inbox/all/${await customer.sessionId()}`;
}

async function holds(
  { journey }: Stage<"ben" | "lan">,
  who: "ben" | "lan",
  sessionId: string,
): Promise<void> {
  const { id } = journey.agents[who];
  await journey.admin.call(`POST /sessions/${sessionId}/assignee`, { memberId: id });
}
