import type { Page } from "../http/html.ts";

/** What people find who open the server's address in a browser. */
export function homePage(): Page {
  return {
    title: "Punctual",
    body: `<h1>Punctual</h1>
<p>This is a Punctual server, and it is running. The web app for agents comes later; until then
everything is done over the API and, on the server's machine, with the command
<code>npx punctual</code>.</p>
<p><a href="/api/docs/">Documentation of the API</a></p>`,
  };
}
