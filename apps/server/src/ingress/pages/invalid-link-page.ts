import type { Page } from "../http/html.ts";

const WHAT_TO_DO = {
  setup: "A set-up link is printed anew when the server starts without a business.",
  invitation:
    "Ask an admin of your business to make you a new invitation. If you have a password already, log in.",
  passwordReset:
    "It works for one hour. Ask for a new one, or ask an admin of your business to make you one.",
} as const;

/** What an address with a used, expired or wrong token shows. */
export function invalidLinkPage(link: keyof typeof WHAT_TO_DO): Page {
  return {
    title: "This link doesn't work",
    body: `<h1>This link doesn't work</h1>
<p>It has been used, has expired, or is not complete. ${WHAT_TO_DO[link]}</p>`,
  };
}
