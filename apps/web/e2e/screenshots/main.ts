/**
 * `npm run screenshots`: the main pages of the web app and the simulated phones, as JPEGs for the documentation.
 * What is on them happens in the demo by itself; they are taken as soon as somebody is late.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Browser, chromium, type Page } from "@playwright/test";
import { type DemoProcess, startDemoProcess } from "./demo-process.ts";
import { SHOTS, type Shot } from "./shots.ts";

const FOLDER = join(import.meta.dirname, "../../../../docs/screenshots");
const QUALITY = 72;
const SIZES = {
  desktop: { width: 1440, height: 900 },
  phone: { width: 390, height: 844 },
  // A window of 1440 × 900 at 200 %.
  zoomed: { width: 720, height: 450 },
} as const;
/** Until the demo has somebody overdue, on a slow machine. */
const EVENTFUL_MS = 300_000;

const [executablePath, folder = FOLDER] = process.argv.slice(2);
if (executablePath === undefined) throw new Error("the path of Chromium is missing");
await main(executablePath);

async function main(executablePath: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  console.log("Starting a demo …");
  const demo = await startDemoProcess();
  const browser = await chromium.launch({
    executablePath,
    // Root may not use Chromium's sandbox; the pages are our own.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
  try {
    await takeAll(browser, demo);
  } finally {
    await browser.close();
    await demo.stop();
  }
}

/** All windows are opened first, so that every picture shows the same moment. */
async function takeAll(browser: Browser, demo: DemoProcess): Promise<void> {
  const windows = [];
  for (const shot of SHOTS) windows.push({ shot, page: await openWindow(browser, demo, shot) });
  const eventful = windows[0]?.page;
  console.log("Waiting until somebody is late …");
  await eventful?.locator("[data-clock=overdue]").first().waitFor({ timeout: EVENTFUL_MS });
  for (const { shot, page } of windows) {
    await shot.before?.(page);
    await settle(page);
    const path = join(folder, `${shot.name}.jpg`);
    await page.screenshot({ path, type: "jpeg", quality: QUALITY, animations: "disabled" });
    console.log(path);
  }
}

async function openWindow(browser: Browser, demo: DemoProcess, shot: Shot): Promise<Page> {
  const { who, theme = "light", size = "desktop", locale = "en-GB" } = shot;
  const baseURL = who === null ? demo.phonesUrl : demo.webUrl;
  const context = await browser.newContext({
    baseURL,
    locale,
    viewport: SIZES[size],
    colorScheme: theme,
    deviceScaleFactor: size === "zoomed" ? 2 : 1,
  });
  if (who !== null) await logIn(context.request, demo, who);
  const page = await context.newPage();
  await page.goto(shot.path);
  return page;
}

async function logIn(
  request: Page["request"],
  { webUrl, logins }: DemoProcess,
  role: NonNullable<Shot["who"]>,
): Promise<void> {
  const login = logins.find((each) => each.role === role);
  if (login === undefined) throw new Error(`the demo has no ${role}`);
  const { email, password } = login;
  const headers = { origin: webUrl };
  const data = { email, password };
  const answer = await request.post("/api/auth/sign-in/email", { data, headers });
  if (!answer.ok()) throw new Error(`${email} can't log in: ${await answer.text()}`);
}

/** Fonts are there, and no page says that it loads; the small signs are of what waits for somebody. */
async function settle(page: Page): Promise<void> {
  await page
    .locator(".mantine-Loader-root:not([data-size=xs])")
    .first()
    .waitFor({ state: "detached" });
  await page.evaluate(() => document.fonts.ready);
}
