/**
 * What browser tests need once for a whole run: the web app as `npm start` builds it, and Chromium, which
 * they take by `inject("chromium")`. Where there is none, they are skipped, and this says so.
 */
import type { TestProject } from "vitest/node";
import { findChromium } from "./lib/chromium.mjs";
import { buildWebApp } from "./lib/web-app.mjs";

declare module "vitest" {
  interface ProvidedContext {
    /** The path of the system's Chromium; empty where there is none. */
    chromium: string;
  }
}

export default async function prepareBrowserTests(project: TestProject) {
  const chromium = findChromium();
  if ("missing" in chromium) {
    console.warn(`Browser tests are skipped: there is no Chromium (${chromium.missing}).`);
    project.provide("chromium", "");
    return;
  }
  await buildWebApp(process.execPath);
  project.provide("chromium", chromium.path);
}
