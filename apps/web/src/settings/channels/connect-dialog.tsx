import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ChannelView } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { errorAt, useSave } from "../kit/use-save.ts";
import { channelsQuery } from "../queries.ts";
import { CredentialFields, type Credentials, configOf } from "./credential-fields.tsx";
import { channelTexts } from "./texts.ts";
import { WebhookState } from "./webhook-state.tsx";

const FIELDS = [
  "phoneNumberId",
  "businessAccountId",
  "accessToken",
  "appSecret",
  "verifyToken",
] as const;

/** First what Meta gave goes in here, then what is given here goes in at Meta. */
export function ConnectDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(channelTexts);
  const [connected, setConnected] = useState<ChannelView>();
  // As it is now: the check marks come with the event.
  const { data: channels } = useQuery(channelsQuery);
  const form = useForm<Credentials>({
    initialValues: {
      name: "WhatsApp",
      ...{ phoneNumberId: "", businessAccountId: "", accessToken: "", appSecret: "" },
      verifyToken: crypto.randomUUID(),
    },
  });
  const save = useSave(
    (values: Credentials) =>
      call<ChannelView>("POST /channels", {
        body: { kind: "whatsapp", name: values.name, config: configOf(values, FIELDS) },
      }),
    { stale: [keys.channels], onDone: setConnected },
  );
  if (connected !== undefined) {
    return (
      <Modal opened onClose={onClose} title={t("step2")} size="lg" centered>
        <Stack>
          <WebhookState
            channel={channels?.find(({ id }) => id === connected.id) ?? connected}
            verifyToken={form.values.verifyToken}
          />
          <Group justify="flex-end">
            <Button onClick={onClose}>{t("done")}</Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <FormDialog
      title={t("connect")}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      save={save}
      submitLabel={t("connect")}
      size="lg"
    >
      <Text size="sm" fw={600}>
        {t("step1")}
      </Text>
      <TextInput
        label={t("name")}
        description={t("nameHint")}
        maxLength={200}
        data-autofocus
        {...form.getInputProps("name")}
        error={errorAt(save.error, "name")}
      />
      <CredentialFields form={form} fields={FIELDS} error={save.error} />
    </FormDialog>
  );
}
