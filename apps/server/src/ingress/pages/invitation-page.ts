import { escapeHtml, type Page } from "../http/html.ts";
import { formScript } from "./form-script.ts";

/** Where an invited member chooses a password. */
export function invitationPage(invited: { readonly name: string; readonly email: string }): Page {
  return {
    title: "Welcome to Punctual",
    body: `
<div id="asking">
<h1>Welcome, ${escapeHtml(invited.name)}</h1>
<p>Choose the password for <strong>${escapeHtml(invited.email)}</strong>. The link works once.</p>
<form>
<label for="password">Password</label>
<input id="password" name="password" type="password" required minlength="10" maxlength="128"
  autocomplete="new-password">
<p class="hint">At least 10 characters.</p>
<button>Create my login</button>
<p class="error" role="alert"></p>
</form>
</div>
<div id="done" hidden>
<h1>Your login is ready</h1>
<p>Log in with your e-mail and the new password.</p>
</div>`,
    script: formScript("/api/v1/invitations/accept"),
  };
}
