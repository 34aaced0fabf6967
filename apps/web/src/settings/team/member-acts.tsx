import { ActionIcon, Menu, Text } from "@mantine/core";
import type { Login, Member } from "@punctual/contract";
import { IconDots } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { uiTexts } from "../../ui/texts.ts";
import { showProblem } from "../../ui/toast.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { useSave } from "../kit/use-save.ts";
import { ownKeys } from "../queries.ts";
import { LinkDialog, type MemberLink } from "./invite-dialog.tsx";
import { MemberDialog } from "./member-dialog.tsx";
import { teamTexts } from "./texts.ts";

const STALE = [keys.members, ownKeys.logins];

interface Link {
  readonly url: string | null;
  readonly expiresAt: string;
  readonly emailed: boolean;
}

/** What an admin may do to a member, as far as it makes sense now. */
export function MemberActs(props: {
  readonly member: Member;
  readonly login: Login | undefined;
  readonly isMe: boolean;
}) {
  const t = useTexts(teamTexts);
  const ui = useTexts(uiTexts);
  const { member, login, isMe } = props;
  const [open, setOpen] = useState<"change" | "deactivate" | "twoFactor" | null>(null);
  const [link, setLink] = useState<MemberLink>();
  const path = `/members/${member.id}`;
  const act = useSave((route: string) => call(route), { stale: STALE });
  const run = (route: string) =>
    act.mutate(route, {
      onError: (error) => void showProblem(ui("somethingWrong"), error.message),
    });
  const makeLink = useSave((route: string) => call<Link>(route), { stale: STALE, isQuiet: true });
  const give = (route: string, kind: "invited" | "reset") =>
    makeLink.mutate(route, {
      onSuccess: (made) =>
        setLink({
          ...made,
          title: t(kind === "invited" ? "invitedTitle" : "resetTitle"),
          hint: t(hintOf(kind, made.emailed)),
        }),
      onError: (error) => void showProblem(ui("somethingWrong"), error.message),
    });
  const isPending = login?.invitation?.state === "pending";
  return (
    <>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={t("acts", { name: member.name })}
          >
            <IconDots size={18} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setOpen("change")}>{t("change")}</Menu.Item>
          {member.active && !member.hasLogin && (
            <Menu.Item onClick={() => give(`POST ${path}/invitation`, "invited")}>
              {t("inviteAgain")}
            </Menu.Item>
          )}
          {member.active && isPending && (
            <Menu.Item onClick={() => run(`DELETE ${path}/invitation`)}>{t("revoke")}</Menu.Item>
          )}
          {member.active && member.hasLogin && (
            <>
              <Menu.Item onClick={() => give(`POST ${path}/password-reset`, "reset")}>
                {t("resetPassword")}
              </Menu.Item>
              <Menu.Item onClick={() => run(`POST ${path}/sign-out`)}>{t("signOut")}</Menu.Item>
            </>
          )}
          {login?.twoFactor === true && (
            <Menu.Item onClick={() => setOpen("twoFactor")}>{t("twoFactorOff")}</Menu.Item>
          )}
          {!isMe &&
            (member.active ? (
              <Menu.Item color="red" onClick={() => setOpen("deactivate")}>
                {t("deactivate")}
              </Menu.Item>
            ) : (
              <Menu.Item onClick={() => run(`POST ${path}/reactivate`)}>
                {t("reactivate")}
              </Menu.Item>
            ))}
        </Menu.Dropdown>
      </Menu>
      {open === "change" && <MemberDialog member={member} onClose={() => setOpen(null)} />}
      {(open === "deactivate" || open === "twoFactor") && (
        <Confirm
          name={member.name}
          act={open}
          route={open === "deactivate" ? `POST ${path}/deactivate` : `DELETE ${path}/two-factor`}
          onClose={() => setOpen(null)}
        />
      )}
      {link !== undefined && <LinkDialog link={link} onClose={() => setLink(undefined)} />}
    </>
  );
}

function hintOf(kind: "invited" | "reset", emailed: boolean) {
  if (kind === "invited") return emailed ? "invitedMailed" : "invitedLink";
  return emailed ? "resetMailed" : "resetHint";
}

const WORDS = {
  deactivate: { title: "deactivateTitle", text: "deactivateText", act: "deactivate" },
  twoFactor: { title: "twoFactorOffTitle", text: "twoFactorOffText", act: "twoFactorOff" },
} as const;

function Confirm(props: {
  readonly name: string;
  readonly act: keyof typeof WORDS;
  readonly route: string;
  readonly onClose: () => void;
}) {
  const t = useTexts(teamTexts);
  const { name, act, route, onClose } = props;
  const words = WORDS[act];
  const save = useSave(() => call(route), { stale: STALE, onDone: onClose });
  return (
    <FormDialog
      title={t(words.title, { name })}
      onClose={onClose}
      save={save}
      onSubmit={() => save.mutate(undefined)}
      submitLabel={t(words.act)}
      isDangerous
    >
      <Text size="sm">{t(words.text)}</Text>
    </FormDialog>
  );
}
