import { Button, Group, Modal, Stack } from "@mantine/core";
import { useState } from "react";
import { WebhookSteps } from "../../channels/webhook-check.tsx";
import { WhatsAppForm } from "../../channels/whatsapp-form.tsx";
import { useTexts } from "../../i18n/texts.ts";
import { channelTexts } from "./texts.ts";

/** First what Meta gave goes in here, then what is given here goes in at Meta. */
export function ConnectDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(channelTexts);
  const [connected, setConnected] = useState<{ channelId: string; verifyToken: string }>();
  return (
    <Modal
      opened
      onClose={onClose}
      title={t(connected === undefined ? "connect" : "step2")}
      size="lg"
      centered
    >
      {connected === undefined ? (
        <WhatsAppForm
          onConnected={({ id }, verifyToken) => setConnected({ channelId: id, verifyToken })}
        />
      ) : (
        <Stack>
          <WebhookSteps {...connected} />
          <Group justify="flex-end">
            <Button onClick={onClose}>{t("done")}</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
