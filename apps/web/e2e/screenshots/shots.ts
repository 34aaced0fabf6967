/** Which pictures there are. */
import type { Page } from "@playwright/test";

export interface Shot {
  /** Of the file. */
  readonly name: string;
  /** Whose window it is; `null`: the simulated phones', which nobody logs in to. */
  readonly who: "admin" | "supervisor" | "agent" | null;
  readonly path: string;
  readonly theme?: "light" | "dark";
  readonly size?: "desktop" | "phone" | "zoomed";
  readonly locale?: string;
  /** Done in the window right before. */
  readonly before?: (page: Page) => Promise<void>;
}

const OTHER_SETTINGS = "/settings/omni-chat/other-settings";

/** The first shows who is late: the others are taken once somebody is. */
export const SHOTS: readonly Shot[] = [
  { name: "inbox-light", who: "supervisor", path: "/inbox/all", before: openLatest },
  { name: "inbox-dark", who: "supervisor", path: "/inbox/all", theme: "dark", before: openLatest },
  { name: "inbox-phone", who: "supervisor", path: "/inbox/all", size: "phone" },
  { name: "inbox-zoomed", who: "supervisor", path: "/inbox/all", size: "zoomed" },
  {
    name: "inbox-vietnamese",
    who: "supervisor",
    path: "/inbox/all",
    locale: "vi-VN",
    before: openLatest,
  },
  {
    name: "thread-phone",
    who: "supervisor",
    path: "/inbox/all",
    size: "phone",
    before: openLatest,
  },
  {
    name: "thread-right-to-left",
    who: "supervisor",
    path: "/inbox/all",
    before: (page) => open(page, "فاطمة"),
  },
  { name: "other-settings-light", who: "admin", path: OTHER_SETTINGS },
  { name: "other-settings-phone", who: "admin", path: OTHER_SETTINGS, size: "phone" },
  { name: "wall-light", who: "supervisor", path: "/wall" },
  { name: "wall-dark", who: "supervisor", path: "/wall", theme: "dark" },
  { name: "first-run-light", who: "admin", path: "/welcome" },
  { name: "phones", who: null, path: "/" },
];

/** Opens the session whose customer waits longest. */
async function openLatest(page: Page): Promise<void> {
  await page.locator("[data-clock=overdue]").first().click();
  await page.getByRole("article").last().waitFor();
  await page.locator("textarea").first().waitFor();
}

async function open(page: Page, customer: string): Promise<void> {
  await page.getByRole("link", { name: customer }).click();
  await page.getByRole("article").last().waitFor();
  await page.locator("textarea").first().waitFor();
}
