/**
 * Browser tests: the system's Chromium on a real server, its database and the WhatsApp emulator. A stage is a
 * journey (apps/server/src/testkit/journey.ts) whose members sit at browsers. Time is moved, never waited for.
 */
import type { Page } from "@playwright/test";
import {
  type Journey,
  type JourneyOptions,
  startJourney,
} from "../../../server/src/testkit/journey.ts";
import { createCaller } from "../../../server/src/testkit/journey-api.ts";
import { serveJourney } from "../../../server/src/testkit/journey-database.ts";

import { launchBrowser, openContext, type SeatOptions } from "./browser.ts";
import { freePort } from "./free-port.ts";

export { hasBrowser, type SeatOptions } from "./browser.ts";

export interface Stage<Name extends string> {
  readonly journey: Journey<Name>;
  readonly url: string;
  /** A window of its own, logged in as this member (`ada` is the admin), at the path. */
  sit(who: Name | "ada", path?: string, options?: SeatOptions): Promise<Page>;
  /** A window of somebody who isn't logged in. */
  visit(path: string, options?: SeatOptions): Promise<Page>;
  close(): Promise<void>;
}

const PASSWORD = "correct horse battery";

export async function openStage<const Name extends string = never>(
  options: JourneyOptions<Name> = {},
): Promise<Stage<Name>> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const journey = await startJourney({
    ...options,
    serve: (databaseUrl, environment) =>
      serveJourney(databaseUrl, { ...environment, PORT: String(port), PUBLIC_URL: url }),
  });
  const browser = await launchBrowser();
  const logins = new Set<string>(["ada"]);
  const visit = async (path: string, seat: SeatOptions = {}) => {
    const context = await openContext(browser, url, seat);
    const page = await context.newPage();
    await page.goto(path);
    return page;
  };
  return {
    journey,
    url,
    visit,
    sit: async (who, path = "/", seat = {}) => {
      if (!logins.has(who)) await giveLogin(journey, url, who as Name);
      logins.add(who);
      const context = await openContext(browser, url, seat);
      const login = { email: `${who}@acme.test`, password: PASSWORD };
      const answer = await context.request.post("/api/auth/sign-in/email", {
        data: login,
        headers: { origin: url },
      });
      if (!answer.ok()) throw new Error(`${who} can't log in: ${await answer.text()}`);
      const page = await context.newPage();
      await page.goto(path);
      return page;
    },
    close: async () => {
      await browser.close();
      await journey.end();
    },
  };
}

/** Accepts the member's invitation. */
async function giveLogin<Name extends string>(
  journey: Journey<Name>,
  url: string,
  who: Name,
): Promise<void> {
  const { id } = journey.agents[who];
  const { body } = await journey.admin.call(`POST /members/${id}/invitation`);
  const token = new URL(String(body.url)).searchParams.get("token");
  const call = createCaller(url, { origin: url });
  await call("POST /api/v1/invitations/accept", { token, password: PASSWORD });
}
