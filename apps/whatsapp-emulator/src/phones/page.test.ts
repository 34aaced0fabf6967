/** The page of phones at a real browser. */
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContextOptions, chromium, expect } from "@playwright/test";
import { afterAll, beforeAll, describe, inject, test } from "vitest";
import { messagesIn, NUMBER, startPair, text } from "../testkit.ts";

const hasBrowser = inject("chromium") !== "";
let browser: Browser;

beforeAll(async () => {
  if (!hasBrowser) return;
  browser = await chromium.launch({
    executablePath: inject("chromium"),
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
});
afterAll(() => browser?.close());

/** The page with Anna's phone and Ben's, whose messages are read when they are looked at. */
async function openPhones(options: BrowserContextOptions = {}, path = "/") {
  const pair = await startPair();
  const { client, url } = pair;
  await client.updateNumber(NUMBER.phoneNumberId, { verifiedName: "Lotus" });
  await client.updateCustomer("anna", { readsMessages: false });
  await client.addCustomer({ id: "ben", name: "Ben", phone: "+16505550002", readsMessages: false });
  const context = await browser.newContext({ locale: "en-US", ...options });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (said) => said.type() === "error" && problems.push(said.text()));
  page.on("pageerror", (error) => problems.push(error.message));
  await page.goto(`${url}${path}`);
  const phone = (name: string) => page.getByRole("region", { name });
  return { ...pair, page, problems, anna: phone("Anna"), ben: phone("Ben") };
}

describe.skipIf(!hasBrowser)("on the page of phones", () => {
  test("what is typed reaches the business, and its answer appears and is read", async () => {
    const { client, send, received, anna, problems } = await openPhones();
    await anna.getByLabel("Message to Lotus").fill("<b>Is it open?</b>");
    await anna.getByLabel("Message to Lotus").press("Enter");
    await expect(anna.getByRole("log")).toContainText("<b>Is it open?</b>");
    await expect(anna.getByText("delivered", { exact: true })).toBeAttached();
    expect(messagesIn(received)[0]?.text).toEqual({ body: "<b>Is it open?</b>" });

    await send(text("Until six"));
    await expect(anna.getByRole("log")).toContainText("Until six");
    await expect.poll(async () => (await client.chat("anna")).messages.at(-1)?.status).toBe("read");
    expect(problems).toEqual([]);
  });

  test("what comes while the list of chats is open counts as unread until the chat is", async () => {
    const { client, send, anna, page } = await openPhones();
    await client.write("anna", "Hello");
    await anna.getByRole("button", { name: "Back to the chats" }).click();
    await send(text("Until six"));
    await expect(anna.getByRole("button", { name: /Until six/ })).toContainText("1 unread");
    await expect(page).toHaveTitle("(1) Simulated phones");
    expect((await client.chat("anna")).messages.at(-1)?.status).toBe("delivered");
    await anna.getByRole("button", { name: /Until six/ }).press("Enter");
    await expect(page).toHaveTitle("Simulated phones");
    await expect(anna.getByLabel("Message to Lotus")).toBeFocused();
  });

  test("a phone that lost its network sends what was typed once it is back", async () => {
    const { received, anna } = await openPhones();
    await anna.getByLabel("Options of Anna's phone").click();
    await anna.getByRole("button", { name: "Lose network for 30 s" }).click();
    await expect(anna.getByText(/No network · (30|29) s/)).toBeVisible();
    await anna.getByLabel("Message to Lotus").fill("Still there?");
    await anna.getByLabel("Message to Lotus").press("Enter");
    await expect(anna.getByText("waiting for network")).toBeAttached();
    expect(received).toEqual([]);
    await anna.getByRole("button", { name: "Back now" }).click();
    await expect(anna.getByText("delivered", { exact: true })).toBeAttached();
    expect(messagesIn(received)).toHaveLength(1);
  });

  test("a photo and a voice note are sent, also where there is no microphone", async () => {
    const { received, anna } = await openPhones({}, "/?show=anna");
    await anna.getByLabel("Attach").click();
    await anna.getByRole("button", { name: "Sample photo" }).click();
    await expect(anna.getByRole("img", { name: "Photo" })).toBeVisible();
    await anna.getByRole("button", { name: "Record a voice note" }).click();
    await expect(anna.getByLabel("Voice note", { exact: true })).toBeVisible();
    await expect(anna.getByText("delivered", { exact: true })).toHaveCount(2);
    expect(messagesIn(received)).toMatchObject([
      { type: "image", image: { mime_type: "image/jpeg" } },
      { type: "audio", audio: { mime_type: "audio/wav", voice: true } },
    ]);
  });

  test("a phone is added, renamed and put away by keyboard, and a taken number is told", async () => {
    const { page } = await openPhones();
    await page.getByRole("button", { name: "Add a phone" }).press("Enter");
    await page.getByRole("textbox", { name: "Name" }).fill("Minh");
    await page.getByLabel(/Phone number/).fill("+1 650 555 0002");
    await page.getByLabel(/Phone number/).press("Enter");
    await expect(page.getByRole("alert").filter({ hasText: "another customer" })).toBeVisible();
    await page.getByLabel(/Phone number/).fill("+84 90 555 0042");
    await page.getByLabel(/Phone number/).press("Enter");
    const minh = page.getByRole("region", { name: "Minh" });
    await minh.getByLabel("Options of Minh's phone").press("Enter");
    await minh.getByRole("button", { name: "Rename…" }).press("Enter");
    await page.getByRole("textbox", { name: "Name" }).fill("Minh Trần");
    await page.getByRole("textbox", { name: "Name" }).press("Enter");
    const renamed = page.getByRole("region", { name: "Minh Trần" });
    await renamed.getByLabel("Options of Minh Trần's phone").press("Enter");
    await renamed.getByRole("button", { name: "Put away" }).press("Enter");
    await expect(renamed).toHaveCount(0);
    await page.getByLabel("Show another").selectOption("Minh Trần");
    await expect(renamed).toBeVisible();
  });

  test.each([
    { colorScheme: "light", locale: "en-US", viewport: { width: 1440, height: 900 } },
    { colorScheme: "dark", locale: "vi-VN", viewport: { width: 390, height: 780 } },
  ] as const)("nothing is hard to read or to reach: $colorScheme, $locale", async (options) => {
    const { client, send, anna, ben, page } = await openPhones(options);
    const { messageId } = await client.write("anna", "مرحبا، أين طلبي؟");
    await send({ ...text("It comes غداً."), context: { message_id: messageId } });
    await client.loseNetwork("ben", { ms: 600_000 });
    await client.write("ben", { type: "image", caption: "x".repeat(80) });
    await expect(anna.getByRole("log")).toContainText("It comes");
    await expect(ben.getByRole("log")).toContainText("xxx");
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
    const overflow = "document.documentElement.scrollWidth - window.innerWidth";
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    const own = options.locale === "vi-VN" ? "Điện thoại mô phỏng" : "Simulated phones";
    await expect(page.getByRole("heading", { name: own })).toBeVisible();
  });
});
