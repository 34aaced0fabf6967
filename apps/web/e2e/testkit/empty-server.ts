/** A server on which nobody has set anything up yet, and a browser to do it with. */
import type { Page } from "@playwright/test";
import { serveJourney } from "../../../server/src/testkit/journey-database.ts";
import {
  createRunDatabase,
  dropRunDatabase,
  migratedDatabase,
  runDatabaseUrl,
} from "../../../server/src/testkit/run-database.ts";
import { launchBrowser, openContext } from "./browser.ts";
import { freePort } from "./free-port.ts";

export interface EmptyServer {
  /** Path and token of the link that the first start prints. */
  readonly setupPath: string;
  visit(path: string): Promise<Page>;
  close(): Promise<void>;
}

export async function openEmptyServer(): Promise<EmptyServer> {
  const name = await createRunDatabase("empty", await migratedDatabase());
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const environment = { PORT: String(port), PUBLIC_URL: url };
  const server = await serveJourney(runDatabaseUrl(name), environment);
  const browser = await launchBrowser();
  const { pathname, search } = new URL(server.setupLink ?? "");
  return {
    setupPath: `${pathname}${search}`,
    visit: async (path) => {
      const page = await (await openContext(browser, url)).newPage();
      await page.goto(path);
      return page;
    },
    close: async () => {
      await browser.close();
      await server.stop();
      await dropRunDatabase(name);
    },
  };
}
