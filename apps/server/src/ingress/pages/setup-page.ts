import type { Page } from "../http/html.ts";
import { formScript } from "./form-script.ts";

/** Where whoever installed the server creates their business and their own login. */
export function setupPage(): Page {
  return {
    title: "Set up Punctual",
    body: `
<div id="asking">
<h1>Set up Punctual</h1>
<p>This creates your business and makes you its admin. The link works once.</p>
<form>
<label for="businessName">Business name</label>
<input id="businessName" name="businessName" required maxlength="200" autocomplete="organization">
<label for="name">Your name</label>
<input id="name" name="name" required maxlength="200" autocomplete="name">
<label for="email">E-mail</label>
<input id="email" name="email" type="email" required maxlength="320" autocomplete="username">
<label for="password">Password</label>
<input id="password" name="password" type="password" required minlength="10" maxlength="128"
  autocomplete="new-password">
<p class="hint">At least 10 characters.</p>
<button>Create the business</button>
<p class="error" role="alert"></p>
</form>
</div>
<div id="done" hidden>
<h1>Your business is ready</h1>
<p>Next, on the machine that runs the server:</p>
<ol>
<li>Connect a WhatsApp number: <code>npx punctual channel add whatsapp --help</code></li>
<li>Add the people who answer: <code>npx punctual member add --help</code></li>
<li>Make yourself an API token: <code>npx punctual member token --email you@example.com</code></li>
<li>With the token, create an assignment rule, which says who gets sessions:
<code>POST /api/v1/assignment-rules</code>. Without one they are given to nobody.</li>
</ol>
<p>With the token you can do everything else over the API: see its <a href="/api/docs/">documentation</a>.</p>
</div>`,
    script: formScript("/api/v1/setup"),
  };
}
