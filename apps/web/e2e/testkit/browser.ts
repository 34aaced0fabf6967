/** The system's Chromium, and windows in it. */
import { type Browser, type BrowserContext, chromium } from "@playwright/test";
import { inject } from "vitest";

/** Whether this machine has a browser; without one, `test.skipIf(!hasBrowser)`. */
export const hasBrowser = inject("chromium") !== "";

export interface SeatOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  /** The browser's language. Default: en-US. */
  readonly locale?: string;
}

export async function launchBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: inject("chromium"),
    // Root may not use Chromium's sandbox; the pages are our own.
    args: process.getuid?.() === 0 ? ["--no-sandbox"] : [],
  });
}

export async function openContext(
  browser: Browser,
  baseURL: string,
  { width = 1440, height = 900, colorScheme = "light", locale = "en-US" }: SeatOptions = {},
): Promise<BrowserContext> {
  const viewport = { width, height };
  const context = await browser.newContext({ baseURL, viewport, colorScheme, locale });
  // Everything is here: what isn't shown by then won't be.
  context.setDefaultTimeout(15_000);
  return context;
}
