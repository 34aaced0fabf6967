import { Text } from "@mantine/core";
import type { SessionDetail } from "@punctual/contract";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { useNow } from "../ui/now.ts";
import { composerTexts } from "./composer-texts.ts";

/** Said only in the window's last hours: before that it is nothing to think about. */
const SAID_BEFORE_MS = 6 * 3_600_000;

/** How long anything may be written to the customer; afterwards the channel takes templates only. */
export function MessagingWindow(props: {
  readonly channel: string;
  readonly detail: Pick<SessionDetail, "messagingWindow">;
}) {
  const { channel, detail } = props;
  const { limited, open, endsAt } = detail.messagingWindow;
  const t = useTexts(composerTexts);
  const format = useFormat();
  const now = useNow();
  if (!limited) return null;
  if (endsAt === null) return <Text size="xs">{t("neverWrote")}</Text>;
  const leftMs = Date.parse(endsAt) - now;
  if (!open || leftMs <= 0) {
    return (
      <Text size="xs" c="var(--warning)">
        {t("windowClosed", { channel })}
      </Text>
    );
  }
  return (
    <Text size="xs" c={leftMs < SAID_BEFORE_MS ? "var(--warning)" : "dimmed"}>
      {t("windowCloses", { channel, time: format.roughly(leftMs) })}
    </Text>
  );
}
