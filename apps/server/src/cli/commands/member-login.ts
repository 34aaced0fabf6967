import type { Command } from "commander";
import { turnOffTwoFactor } from "../../actions/manage-logins.ts";
import { linkUrl } from "../../actions/password-link.ts";
import { createResetLink } from "../../actions/reset-password.ts";
import { COMMAND_LINE } from "../../store/audit-log.ts";
import { answerWith } from "../answer.ts";
import { findMember } from "../find-member.ts";
import { parseEmail } from "../parse-options.ts";
import { withServer } from "../with-server.ts";

/** For somebody who can't get in, when no admin can help either. */
export function addLoginCommands(member: Command): void {
  const reset = member
    .command("reset-password")
    .description("Print a link by which the member chooses a new password. It works once.")
    .requiredOption("--email <email>", "whose password", parseEmail);
  answerWith<{ email: string }>(reset, async ({ email }) =>
    withServer(async ({ deps, config }) => {
      const { account_id: accountId, id: memberId } = await findMember(deps.db, email);
      const link = await createResetLink(deps, { accountId, memberId, by: COMMAND_LINE });
      const url = linkUrl(config.publicUrl, "passwordReset", link.token);
      const expiresAt = new Date(link.expiresAt).toISOString();
      const mailed = link.emailed ? " They are mailed it as well." : "";
      const text = `They choose a new password at ${url} (until ${expiresAt}).${mailed}`;
      return { data: { url, expiresAt, emailed: link.emailed }, text };
    }),
  );

  const turnOff = member
    .command("two-factor-off")
    .description("Switch the second factor off, and sign the member out everywhere")
    .requiredOption("--email <email>", "whose second factor", parseEmail);
  answerWith<{ email: string }>(turnOff, async ({ email }) =>
    withServer(async ({ deps }) => {
      const { account_id: accountId, id: memberId } = await findMember(deps.db, email);
      await turnOffTwoFactor(deps, { accountId, memberId, by: COMMAND_LINE });
      return { data: { memberId, twoFactor: false }, text: "The password alone is enough now." };
    }),
  );
}
