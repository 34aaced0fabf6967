/** The session clock as agents see it, at two real browsers. Time is moved, never waited for. */
import { expect, type Page } from "@playwright/test";
import { afterAll, beforeAll, describe, test } from "vitest";
import type { Customer } from "../../server/src/testkit/journey-customer.ts";
import { hasBrowser, openStage, type Stage } from "./testkit/stage.ts";

describe.skipIf(!hasBrowser)("the session clock at the screen", () => {
  let stage: Stage<"ben" | "lan">;
  let ben: Page;
  let lan: Page;
  let anna: Customer;

  beforeAll(async () => {
    stage = await openStage({
      agents: ["ben", "lan"],
      settings: {
        reassign: { enabled: true, afterMinutes: 40, maxPerWait: 3 },
        reply: { enabled: true, limitMinutes: 30, warnMinutes: 5 },
      },
    });
    ben = await stage.sit("ben", "/inbox/mine");
    lan = await stage.sit("lan", "/inbox/mine", { locale: "vi-VN", colorScheme: "dark" });
    await expect(ben.getByText("Nobody waits for you")).toBeVisible();
    await expect(lan.getByText("Không có ai đang chờ bạn")).toBeVisible();
    anna = await stage.journey.customer("Anna");
  });
  afterAll(() => stage?.close());

  test("a message appears by itself, and its clock counts down in grey", async () => {
    const written = Date.now();
    await anna.writes("Where is my order?");
    await expect(rowOf(ben)).toContainText("Where is my order?");
    // How fast is a figure of the machine as well: it is told, not judged.
    console.log(`on the screen after ${Date.now() - written} ms`);
    await expect(clockOf(ben, "replyDue")).toContainText(/^29:\d\d/);
    expect(await hueOf(ben, "replyDue")).toBe("grey");
  });

  test("it turns amber in the warning window, then red and counts up", async () => {
    const { journey } = stage;
    const { deadlines } = await anna.session();
    await journey.clock.reach(deadlines.warnAt);
    await expect(clockOf(ben, "warning")).toContainText(/^4:\d\d/);
    expect(await hueOf(ben, "warning")).toBe("amber");
    await journey.clock.reach(deadlines.overdueAt);
    await journey.clock.advance({ minutes: 2 });
    await expect(clockOf(ben, "overdue")).toContainText(/^\+2:\d\d/);
    expect(await hueOf(ben, "overdue")).toBe("red");
    const before = await overdueSeconds(ben);
    await expect.poll(() => overdueSeconds(ben)).toBeGreaterThan(before);
  });

  test("reassigned, it leaves one screen and arrives at the other, dark and in Vietnamese", async () => {
    await stage.journey.clock.reach((await anna.session()).deadlines.reassignAt);
    await expect(rowOf(lan)).toContainText("Where is my order?");
    await expect(rowOf(ben)).toHaveCount(0);
    await expect(ben.getByText("Nobody waits for you")).toBeVisible();
    await expect(clockOf(lan, "overdue")).toHaveAttribute("title", /^Quá hạn /);
    expect(await hueOf(lan, "overdue")).toBe("red");
    expect(await lan.evaluate(() => document.documentElement.lang)).toBe("vi");
    const background = await lan.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(lightnessOf(background)).toBeLessThan(0.25);
  });

  test("by keys alone, somebody goes to it, replies, and the wait is over", async () => {
    await lan.keyboard.press("j");
    await lan.keyboard.press("k");
    await lan.keyboard.press("Enter");
    const message = lan.getByRole("article").filter({ hasText: "Where is my order?" });
    await expect(message).toBeVisible();
    await expect(lan.getByText(/^hôm nay$/i).first()).toBeVisible();
    const field = lan.getByLabel("Viết câu trả lời…");
    await expect(field).toBeVisible();
    await lan.keyboard.press("r");
    await expect(field).toBeFocused();
    await lan.keyboard.type("Mai hàng tới ạ.");
    await lan.keyboard.press("Enter");
    const reply = lan.getByRole("article").filter({ hasText: "Mai hàng tới ạ." });
    await expect(reply.getByText("Đã xem")).toBeAttached();
    expect(await anna.received()).toEqual(["Mai hàng tới ạ."]);
    await expect(lan.locator("[data-clock=overdue]")).toHaveCount(0);
  });

  test("on a phone: the list, the thread with its clock, and back", async () => {
    await anna.writes("Thank you!");
    await lan.setViewportSize({ width: 390, height: 844 });
    await lan.goto("/inbox/mine");
    await rowOf(lan).click();
    await expect(lan.getByRole("article").filter({ hasText: "Thank you!" })).toBeVisible();
    await expect(rowOf(lan)).toBeHidden();
    await expect(clockOf(lan, "replyDue")).toBeVisible();
    expect(await lan.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await lan.getByRole("link", { name: "Quay lại danh sách" }).click();
    await expect(rowOf(lan)).toBeVisible();
  });
});

function rowOf(page: Page) {
  return page.getByRole("link", { name: /Anna/ });
}

/** What is seen of a clock of this kind, wherever it is. */
function clockOf(page: Page, kind: string) {
  return page.locator(`[data-clock=${kind}]:visible`).first();
}

async function overdueSeconds(page: Page): Promise<number> {
  const text = (await clockOf(page, "overdue").textContent()) ?? "";
  const [, minutes, seconds] = /\+(\d+):(\d\d)/.exec(text) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

/** The colour's name, since its shade is the theme's own. */
async function hueOf(page: Page, kind: string): Promise<"grey" | "amber" | "red" | string> {
  const colour = await clockOf(page, kind).evaluate((element) => getComputedStyle(element).color);
  const [red = 0, green = 0, blue = 0] = channelsOf(colour);
  if (Math.max(red, green, blue) - Math.min(red, green, blue) < 40) return "grey";
  if (red <= green || red <= blue) return colour;
  return green - blue > 30 ? "amber" : "red";
}

/** 0 is black, 1 is white. */
function lightnessOf(colour: string): number {
  const channels = channelsOf(colour).slice(0, 3);
  return channels.reduce((sum, channel) => sum + channel, 0) / channels.length / 255;
}

function channelsOf(colour: string): number[] {
  return (colour.match(/[\d.]+/g) ?? []).map(Number);
}
