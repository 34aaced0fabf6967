/** How a conversation is read and answered, at a real browser. */
import { expect, type Page } from "@playwright/test";
import { afterAll, beforeAll, describe, test } from "vitest";
import { hasBrowser, openStage, type Stage } from "./testkit/stage.ts";

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
