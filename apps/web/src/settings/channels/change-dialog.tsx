import { Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ChannelView } from "@punctual/contract";
import { call } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { errorAt, useSave } from "../kit/use-save.ts";
import { CredentialFields, type Credentials, configOf } from "./credential-fields.tsx";
import { channelTexts } from "./texts.ts";

const FIELDS = ["accessToken", "appSecret", "verifyToken", "businessAccountId"] as const;

/** Another name, or other credentials: those that are given replace the stored ones. */
export function ChangeDialog(props: {
  readonly channel: ChannelView;
  readonly onClose: () => void;
}) {
  const t = useTexts(channelTexts);
  const { channel, onClose } = props;
  const form = useForm<Credentials>({
    initialValues: {
      name: channel.name,
      ...{ phoneNumberId: "", businessAccountId: "", accessToken: "" },
      ...{ appSecret: "", verifyToken: "" },
    },
  });
  const save = useSave(
    (values: Credentials) => {
      const config = configOf(values, FIELDS);
      const body = { name: values.name, ...(Object.keys(config).length > 0 ? { config } : {}) };
      return call(`PATCH /channels/${channel.id}`, { body });
    },
    { stale: [keys.channels], onDone: onClose },
  );
  return (
    <FormDialog
      title={t("changeTitle")}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      save={save}
    >
      <TextInput
        label={t("name")}
        maxLength={200}
        {...form.getInputProps("name")}
        error={errorAt(save.error, "name")}
      />
      <Text size="xs" c="dimmed">
        {t("changeHint")}
      </Text>
      <CredentialFields form={form} fields={FIELDS} error={save.error} />
    </FormDialog>
  );
}
