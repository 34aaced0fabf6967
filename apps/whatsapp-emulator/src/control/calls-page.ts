import type { FastifyReply } from "fastify";

/** The calls that `GET /_emulator` lists; the README explains them. */
const CALLS = [
  ["POST", "/_emulator/numbers", "register a business number"],
  ["PATCH", "/_emulator/numbers/{phoneNumberId}", "change its webhook URL, secrets, templates"],
  ["POST", "/_emulator/numbers/{phoneNumberId}/handshake", "let Meta verify the webhook"],
  ["POST", "/_emulator/customers", "add a customer"],
  ["PATCH", "/_emulator/customers/{id}", "change what their phone does"],
  ["GET", "/_emulator/customers/{id}/chat", "what their phone shows"],
  ["POST", "/_emulator/customers/{id}/offline", "their phone loses its network for a while"],
  [
    "POST",
    "/_emulator/customers/{id}/messages",
    "the customer writes, reacts, taps, changes number",
  ],
  ["POST", "/_emulator/customers/{id}/echoes", "the business writes in its own WhatsApp app"],
  ["POST", "/_emulator/customers/{id}/reads", "the customer reads"],
  ["GET", "/_emulator/customers/{id}/sent", "what the business sent to the customer"],
  ["GET", "/_emulator/phones", "all phones with what they hold (POST adds them in another run)"],
  ["POST", "/_emulator/media", "store a photo or voice note that a customer will send"],
  ["GET", "/_emulator/events", "what changes on the phones, as it happens (server-sent events)"],
  ["GET", "/_emulator/webhooks", "webhooks with their attempts and answers"],
  ["POST", "/_emulator/webhooks", "send a webhook of your own making"],
  ["GET", "/_emulator/calls", "calls of the Graph side, refused ones included"],
  ["POST", "/_emulator/faults", "set a fault (GET lists, DELETE clears)"],
  ["PATCH", "/_emulator/settings", "change delays, retries, the 24-hour window"],
  ["POST", "/_emulator/flush", "send now all that waits"],
  ["GET", "/_emulator/idle", "answers when no webhook is under way"],
  ["POST", "/_emulator/bulk", "many messages of many customers"],
  ["POST", "/_emulator/reset", "begin anew"],
  [
    "POST",
    "/{version}/{phoneNumberId}/messages",
    "Graph API: send a message, mark as read, typing",
  ],
  ["GET", "/{version}/{phoneNumberId}", "Graph API: the business number"],
] as const;

/** The plain page that says what this is and which calls there are. */
export function sendCallsPage(reply: FastifyReply): FastifyReply {
  const rows = CALLS.map(
    ([method, path, what]) =>
      `<tr><td>${method}</td><td><code>${path}</code></td><td>${what}</td></tr>`,
  ).join("\n");
  return reply
    .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
    .type("text/html; charset=utf-8")
    .send(`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>WhatsApp emulator</title>
<style>body { font: 16px/1.5 sans-serif; margin: 2rem; } td { padding-right: 1.5rem; }</style>
<h1>WhatsApp emulator</h1>
<p>A Cloud API on this machine, for trying and testing Punctual without a WhatsApp account.
Nothing here reaches Meta. The folder's README.md has examples of all calls. Phones to type on are at
<a href="/phones">/phones</a>.</p>
<table>
${rows}
</table>
</html>
`);
}
