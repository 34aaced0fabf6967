import { Anchor, Loader, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { useTexts } from "../i18n/texts.ts";
import { CopyField } from "../ui/copy-field.tsx";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { channelsQuery, useCreateChannel } from "./queries.ts";
import { channelTexts } from "./texts.ts";
import { WebhookCheck } from "./webhook-check.tsx";

/** What the emulator has when it is started without flags (apps/whatsapp-emulator/README.md). */
const EMULATOR = {
  phoneNumberId: "106540352242922",
  accessToken: "emulator-token",
  appSecret: "emulator-secret",
  verifyToken: "emulator-verify",
  graphUrl: "http://127.0.0.1:4000",
} as const;

/** Connects the emulator as a channel, and says how to start it. */
export function SimulatedPhones() {
  const t = useTexts(channelTexts);
  const { data: channels } = useQuery(channelsQuery);
  const channel = channels?.find(({ address }) => address === EMULATOR.phoneNumberId);
  const { mutate, error } = useCreateChannel();
  const isAsked = useRef(false);
  const isMissing = channels !== undefined && channel === undefined;
  useEffect(() => {
    if (!isMissing || isAsked.current) return;
    isAsked.current = true;
    mutate({ name: t("simulatedName"), config: EMULATOR });
  }, [isMissing, mutate, t]);
  if (error !== null) return <ProblemAlert error={error} />;
  if (channel === undefined) return <Loader />;
  return (
    <Stack>
      <Title order={3} size="h5">
        {t("simulatedTitle")}
      </Title>
      <Text size="sm">{t("simulatedText")}</Text>
      <CopyField
        label={t("command")}
        value={`npm run emulator -- --webhook-url ${channel.webhookUrl}`}
      />
      <Text size="sm">
        {t("simulatedOpen")}{" "}
        <Anchor href={EMULATOR.graphUrl} target="_blank" rel="noreferrer">
          {EMULATOR.graphUrl}
        </Anchor>
      </Text>
      <WebhookCheck channel={channel} />
    </Stack>
  );
}
