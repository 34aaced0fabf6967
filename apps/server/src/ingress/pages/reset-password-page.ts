import { escapeHtml, type Page } from "../http/html.ts";
import { formScript } from "./form-script.ts";

/** Where somebody who forgot their password chooses a new one. */
export function resetPasswordPage(member: { readonly email: string }): Page {
  return {
    title: "Choose a new password",
    body: `
<div id="asking">
<h1>Choose a new password</h1>
<p>For <strong>${escapeHtml(member.email)}</strong>. You will be signed out everywhere. The link works
once.</p>
<form>
<label for="password">New password</label>
<input id="password" name="password" type="password" required minlength="10" maxlength="128"
  autocomplete="new-password">
<p class="hint">At least 10 characters.</p>
<button>Set the password</button>
<p class="error" role="alert"></p>
</form>
</div>
<div id="done" hidden>
<h1>Your new password holds</h1>
<p>Log in with it.</p>
</div>`,
    script: formScript("/api/v1/password-resets/use"),
  };
}
