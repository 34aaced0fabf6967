import type { Config } from "../../config.ts";
import { createMailer } from "../../platform/mailer.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

/** Connects to the mail server and logs in, as the mail loop would; sends nothing. */
export async function checkMail({ mail }: Pick<Config, "mail">): Promise<Finding> {
  if (mail === null) {
    const fix = "Set SMTP_URL and MAIL_FROM, or hand out invitation links yourself.";
    return warning("e-mail", "No e-mail is sent: there is no mail server.", fix);
  }
  const wrong = await createMailer(mail).check();
  if (wrong === null) return ok("e-mail", "The mail server takes our login.");
  const fix = "Check SMTP_URL, and this machine's way to the mail server.";
  return problem("e-mail", `The mail server can't be used: ${wrong}`, fix);
}
