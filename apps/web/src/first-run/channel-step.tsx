import { Button, Group, Paper, SimpleGrid, Stack, Text, UnstyledButton } from "@mantine/core";
import type { ChannelView } from "@punctual/contract";
import { IconBrandWhatsapp, IconDeviceMobile } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { SimulatedPhones } from "../channels/simulated-phones.tsx";
import { WebhookSteps } from "../channels/webhook-check.tsx";
import { WhatsAppForm } from "../channels/whatsapp-form.tsx";
import { useTexts } from "../i18n/texts.ts";
import { StepHeader } from "./step-header.tsx";
import { firstRunTexts } from "./texts.ts";

type Chosen =
  | { readonly kind: "none" }
  | { readonly kind: "simulated" }
  | { readonly kind: "whatsapp" }
  | { readonly kind: "webhook"; readonly channelId: string; readonly verifyToken: string | null };

/** The first way in: WhatsApp, or phones that play it. */
export function ChannelStep(props: {
  readonly channels: readonly ChannelView[];
  readonly onNext: () => void;
}) {
  const { channels, onNext } = props;
  const t = useTexts(firstRunTexts);
  const connected = channels[0];
  const [chosen, choose] = useState<Chosen>(
    connected === undefined
      ? { kind: "none" }
      : { kind: "webhook", channelId: connected.id, verifyToken: null },
  );
  const back = () => choose({ kind: "none" });
  return (
    <Stack>
      <StepHeader title={t("channelTitle")} text={t("channelText")} />
      {chosen.kind === "none" && (
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Choice
            icon={<IconBrandWhatsapp size={28} aria-hidden />}
            title={t("whatsapp")}
            text={t("whatsappText")}
            onChoose={() => choose({ kind: "whatsapp" })}
          />
          <Choice
            icon={<IconDeviceMobile size={28} aria-hidden />}
            title={t("simulated")}
            text={t("simulatedText")}
            onChoose={() => choose({ kind: "simulated" })}
          />
        </SimpleGrid>
      )}
      {chosen.kind === "whatsapp" && (
        <WhatsAppForm
          onConnected={({ id }, verifyToken) =>
            choose({ kind: "webhook", channelId: id, verifyToken })
          }
          onBack={back}
          backLabel={t("back")}
        />
      )}
      {chosen.kind === "webhook" && (
        <WebhookSteps channelId={chosen.channelId} verifyToken={chosen.verifyToken} />
      )}
      {chosen.kind === "simulated" && <SimulatedPhones />}
      {(chosen.kind === "webhook" || chosen.kind === "simulated") && (
        <Group justify="space-between">
          <Button variant="subtle" onClick={back}>
            {t("back")}
          </Button>
          <Button onClick={onNext}>{t("next")}</Button>
        </Group>
      )}
    </Stack>
  );
}

function Choice(props: {
  readonly icon: ReactNode;
  readonly title: string;
  readonly text: string;
  readonly onChoose: () => void;
}) {
  return (
    <UnstyledButton onClick={props.onChoose}>
      <Paper withBorder p="lg" h="100%">
        {props.icon}
        <Text fw={600} mt="xs">
          {props.title}
        </Text>
        <Text size="sm" c="dimmed">
          {props.text}
        </Text>
      </Paper>
    </UnstyledButton>
  );
}
