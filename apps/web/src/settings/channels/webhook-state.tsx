import { Group, Text } from "@mantine/core";
import type { ChannelView } from "@punctual/contract";
import { IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { CopyField } from "../kit/copy-field.tsx";
import { channelTexts } from "./texts.ts";

/** What is entered at Meta, and whether it works: that comes by itself, with the event. */
export function WebhookState(props: {
  readonly channel: ChannelView;
  /** Null: it is not known here any more. */
  readonly verifyToken: string | null;
}) {
  const t = useTexts(channelTexts);
  const format = useFormat();
  const { channel, verifyToken } = props;
  const { handshakeAt, firstAt, refused } = channel.webhook;
  return (
    <>
      <Text size="sm">{t("step2Hint")}</Text>
      <CopyField label={t("callbackUrl")} value={channel.webhookUrl} />
      {verifyToken !== null && <CopyField label={t("verifyToken")} value={verifyToken} />}
      <div aria-live="polite">
        <Check
          isDone={handshakeAt !== null}
          text={`${t("handshake")}: ${
            handshakeAt === null
              ? t("handshakeMissing")
              : t("handshakeDone", { time: format.moment(handshakeAt) })
          }`}
        />
        <Check
          isDone={firstAt !== null}
          text={`${t("firstMessage")}: ${
            firstAt === null
              ? t("handshakeMissing")
              : t("firstDone", { time: format.moment(firstAt) })
          }`}
        />
        {refused !== null && (
          <Text size="sm" c="var(--overdue)" mt="xs">
            {t(refused.reason === "signature" ? "wrongSignature" : "wrongVerifyToken")}
          </Text>
        )}
      </div>
    </>
  );
}

function Check({ isDone, text }: { readonly isDone: boolean; readonly text: string }) {
  return (
    <Group gap="xs" wrap="nowrap">
      {isDone ? (
        <IconCircleCheck size={18} color="var(--mantine-color-green-text)" aria-hidden />
      ) : (
        <IconCircleDashed size={18} aria-hidden />
      )}
      <Text size="sm">{text}</Text>
    </Group>
  );
}
