import { Badge, Button, Group, Modal, Paper, Stack, Text, Title } from "@mantine/core";
import type { ChannelView } from "@punctual/contract";
import { IconAlertTriangle, IconCircleCheck, IconClock } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { WebhookSteps } from "../../channels/webhook-check.tsx";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { serverNow } from "../../ui/now.ts";
import { ChangeDialog } from "./change-dialog.tsx";
import { type Health, healthOf } from "./health.data.ts";
import { channelTexts } from "./texts.ts";

const ICONS: Readonly<Record<Health["kind"], ReactNode>> = {
  stopped: <IconAlertTriangle size={14} aria-hidden />,
  refused: <IconAlertTriangle size={14} aria-hidden />,
  paused: <IconClock size={14} aria-hidden />,
  waiting: <IconClock size={14} aria-hidden />,
  healthy: <IconCircleCheck size={14} aria-hidden />,
};
const COLOURS: Readonly<Record<Health["kind"], string>> = {
  stopped: "var(--overdue)",
  refused: "var(--overdue)",
  paused: "var(--warning)",
  waiting: "var(--warning)",
  healthy: "var(--mantine-color-text)",
};

export function ChannelCard(props: {
  readonly channel: ChannelView;
  readonly isReadOnly: boolean;
}) {
  const t = useTexts(channelTexts);
  const format = useFormat();
  const { channel, isReadOnly } = props;
  const [open, setOpen] = useState<"change" | "webhook" | null>(null);
  const health = healthOf(channel, serverNow());
  const { lastAt } = channel.webhook;
  return (
    <Paper component="article" withBorder p="md" aria-label={channel.name}>
      <Group justify="space-between" align="flex-start">
        <div style={{ minWidth: 0, flex: 1 }}>
          <Group gap="xs">
            <Title order={2} size="h5" style={{ overflowWrap: "anywhere" }}>
              {channel.name}
            </Title>
            <Badge
              variant="default"
              tt="none"
              leftSection={ICONS[health.kind]}
              c={COLOURS[health.kind]}
            >
              {t(health.kind, "until" in health ? { time: format.time(health.until) } : {})}
            </Badge>
          </Group>
          <Text size="sm" c="dimmed">
            WhatsApp · {t("number")} {channel.address}
            {lastAt !== null && ` · ${t("lastWebhook", { time: format.moment(lastAt) })}`}
          </Text>
          <WhatToDo health={health} />
        </div>
        {!isReadOnly && (
          <Group gap="xs">
            <Button
              size="xs"
              variant="default"
              aria-label={t("webhookLabel", { name: channel.name })}
              onClick={() => setOpen("webhook")}
            >
              {t("webhook")}
            </Button>
            <Button
              size="xs"
              variant="default"
              aria-label={t("changeLabel", { name: channel.name })}
              onClick={() => setOpen("change")}
            >
              {t("change")}
            </Button>
          </Group>
        )}
      </Group>
      {open === "change" && <ChangeDialog channel={channel} onClose={() => setOpen(null)} />}
      {open === "webhook" && (
        <Modal opened onClose={() => setOpen(null)} title={t("step2")} size="lg" centered>
          <Stack>
            <WebhookSteps channelId={channel.id} verifyToken={null} />
          </Stack>
        </Modal>
      )}
    </Paper>
  );
}

function WhatToDo({ health }: { readonly health: Health }) {
  const t = useTexts(channelTexts);
  if (health.kind === "healthy" || health.kind === "paused") return null;
  const text =
    health.kind === "waiting"
      ? t("noWebhook")
      : health.kind === "stopped"
        ? `${health.reason ?? ""} ${t("stoppedHint")}`
        : t(health.reason === "signature" ? "wrongSignature" : "wrongVerifyToken");
  return (
    <Text size="sm" mt={4} style={{ overflowWrap: "anywhere" }}>
      {text}
    </Text>
  );
}
