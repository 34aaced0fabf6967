import { ActionIcon, Menu } from "@mantine/core";
import type { Session, SessionDetail } from "@punctual/contract";
import {
  IconBellOff,
  IconCheck,
  IconDots,
  IconHandGrab,
  IconMail,
  IconMoon,
  IconRefresh,
  IconSunrise,
  IconUserShare,
} from "@tabler/icons-react";
import type { ReactElement } from "react";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { serverNow } from "../ui/now.ts";
import type { SessionActMutation } from "./session-acts.ts";
import { snoozeChoices } from "./snooze.data.ts";
import { threadTexts } from "./texts.ts";
import type { Dialog } from "./thread-header.tsx";

const ICON = 16;

/** Every act on the session that its state and the member's rights allow. */
export default function HeaderMenu(props: {
  readonly session: Session;
  readonly may: SessionDetail["may"];
  readonly act: SessionActMutation;
  readonly open: (dialog: Dialog) => void;
}) {
  const { session, may, act, open } = props;
  const t = useTexts(threadTexts);
  const isOpen = session.state === "open";
  const ask = (path: string, body?: object) =>
    act.mutate({ route: `POST ${path}`, ...(body === undefined ? {} : { body }) });
  const item = (allowed: boolean, icon: ReactElement, label: string, run: () => void) =>
    allowed && (
      <Menu.Item leftSection={icon} onClick={run}>
        {label}
      </Menu.Item>
    );
  const canTake = isOpen && session.assigneeId === null && may.includes("take");
  const canSnooze = isOpen && session.wait === null && may.includes("snooze");
  const isSnoozed = session.snoozedUntilAt !== null;
  return (
    <Menu position="bottom-end" width={250}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t("more")}>
          <IconDots size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {item(canTake, <IconHandGrab size={ICON} />, t("take"), () => ask("take"))}
        {item(isOpen && may.includes("assign"), <IconUserShare size={ICON} />, t("assign"), () =>
          open("assign"),
        )}
        {item(
          session.wait !== null && may.includes("markNoReplyNeeded"),
          <IconBellOff size={ICON} />,
          t("noReplyNeeded"),
          () => ask("no-reply-needed"),
        )}
        {item(isOpen && may.includes("close"), <IconCheck size={ICON} />, t("done"), () =>
          open("close"),
        )}
        {item(!isOpen && may.includes("reopen"), <IconRefresh size={ICON} />, t("reopen"), () =>
          ask("reopen"),
        )}
        {item(true, <IconMail size={ICON} />, t("markUnread"), () => ask("unread"))}
        {canSnooze && isSnoozed && (
          <Menu.Item
            leftSection={<IconSunrise size={ICON} />}
            onClick={() => ask("snooze", { until: null })}
          >
            {t("wake")}
          </Menu.Item>
        )}
        {canSnooze && <SnoozeItems snooze={(until) => ask("snooze", { until })} />}
      </Menu.Dropdown>
    </Menu>
  );
}

function SnoozeItems({ snooze }: { readonly snooze: (until: string) => void }) {
  const t = useTexts(threadTexts);
  const format = useFormat();
  const now = serverNow();
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t("snooze")}</Menu.Label>
      {snoozeChoices(now).map(({ key, until }) => (
        <Menu.Item
          key={key}
          leftSection={<IconMoon size={ICON} />}
          rightSection={format.time(until.getTime())}
          onClick={() => snooze(until.toISOString())}
        >
          {t(key)}
        </Menu.Item>
      ))}
    </>
  );
}
