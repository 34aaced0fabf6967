import { Alert, Group, Loader, Stack, Text, ThemeIcon, Title } from "@mantine/core";
import type { ChannelView } from "@punctual/contract";
import { IconAlertTriangle, IconCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useTexts } from "../i18n/texts.ts";
import { CopyField } from "../ui/copy-field.tsx";
import { channelsQuery } from "./queries.ts";
import { channelTexts } from "./texts.ts";

/** What is pasted at Meta, and a check that turns green by itself when webhooks come. */
export function WebhookSteps(props: {
  readonly channelId: string;
  /** `null`: it was shown when the channel was connected. */
  readonly verifyToken: string | null;
}) {
  const t = useTexts(channelTexts);
  // An event makes it ask again as soon as something arrives.
  const { data: channels = [] } = useQuery(channelsQuery);
  const channel = channels.find(({ id }) => id === props.channelId);
  if (channel === undefined) return <Loader />;
  return (
    <Stack>
      <Title order={3} size="h5">
        {t("webhookTitle")}
      </Title>
      <Text size="sm">{t("webhookText")}</Text>
      <CopyField label={t("webhookUrl")} value={channel.webhookUrl} />
      {props.verifyToken !== null && (
        <CopyField
          label={t("verifyToken")}
          description={t("verifyTokenAgain")}
          value={props.verifyToken}
        />
      )}
      <WebhookCheck channel={channel} />
    </Stack>
  );
}

export function WebhookCheck({ channel }: { readonly channel: ChannelView }) {
  const t = useTexts(channelTexts);
  const { handshakeAt, firstAt, refused } = channel.webhook;
  return (
    <Stack gap="xs" role="status" aria-label={t("checkTitle")}>
      <Step
        isDone={handshakeAt !== null}
        text={t(handshakeAt === null ? "handshakeWaiting" : "handshakeDone")}
      />
      <Step
        isDone={firstAt !== null}
        text={t(firstAt === null ? "messageWaiting" : "messageDone")}
      />
      {refused !== null && (
        <Alert color="red" icon={<IconAlertTriangle size={18} aria-hidden />}>
          {t(refused.reason === "signature" ? "refusedSignature" : "refusedVerifyToken")}
        </Alert>
      )}
      {firstAt === null && (
        <Text size="xs" c="dimmed">
          {t("ifNothing")}
        </Text>
      )}
    </Stack>
  );
}

function Step({ isDone, text }: { readonly isDone: boolean; readonly text: string }) {
  return (
    <Group gap="xs" wrap="nowrap">
      {isDone ? (
        <ThemeIcon color="green" size="sm" radius="xl">
          <IconCheck size={14} aria-hidden />
        </ThemeIcon>
      ) : (
        <Loader size="xs" aria-hidden />
      )}
      <Text size="sm" fw={isDone ? 600 : 400}>
        {text}
      </Text>
    </Group>
  );
}
