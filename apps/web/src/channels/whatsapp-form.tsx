import { Button, Group, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ChannelView } from "@punctual/contract";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { useCreateChannel } from "./queries.ts";
import { channelTexts } from "./texts.ts";

const FIELDS = [
  { name: "phoneNumberId", isNeeded: true, type: "text" },
  { name: "accessToken", isNeeded: true, type: "password" },
  { name: "appSecret", isNeeded: true, type: "password" },
  { name: "businessAccountId", isNeeded: false, type: "text" },
] as const;

/**
 * Takes the credentials of a WhatsApp number. The verify token is made here: the server keeps it and never
 * shows it again, so whoever connects hands it on.
 */
export function WhatsAppForm(props: {
  readonly onConnected: (channel: ChannelView, verifyToken: string) => void;
  readonly onBack?: () => void;
  readonly backLabel?: string;
}) {
  const t = useTexts(channelTexts);
  const create = useCreateChannel();
  const needed = (text: string) => (text.trim() === "" ? t("missing") : null);
  const form = useForm({
    initialValues: {
      name: t("defaultName"),
      phoneNumberId: "",
      accessToken: "",
      appSecret: "",
      businessAccountId: "",
    },
    validate: { name: needed, phoneNumberId: needed, accessToken: needed, appSecret: needed },
  });
  const connect = async ({ name, ...credentials }: typeof form.values) => {
    const verifyToken = crypto.randomUUID();
    const given = Object.entries(credentials).filter(([, value]) => value.trim() !== "");
    const config = { ...Object.fromEntries(given), verifyToken };
    props.onConnected(await create.mutateAsync({ name, config }), verifyToken);
  };
  return (
    <form
      onSubmit={form.onSubmit((values) => void connect(values).catch(() => undefined))}
      noValidate
    >
      <Stack>
        {create.error !== null && <ProblemAlert error={create.error} />}
        <TextInput
          label={t("name")}
          description={t("nameHint")}
          maxLength={200}
          {...form.getInputProps("name")}
        />
        {FIELDS.map(({ name, isNeeded, type }) => (
          <TextInput
            key={name}
            label={isNeeded ? t(name) : `${t(name)} (${t("optional")})`}
            description={t(`${name}Hint`)}
            type={type}
            autoComplete="off"
            maxLength={4096}
            {...form.getInputProps(name)}
          />
        ))}
        <Group justify="space-between">
          {props.onBack !== undefined && (
            <Button variant="subtle" onClick={props.onBack}>
              {props.backLabel}
            </Button>
          )}
          <Button type="submit" loading={create.isPending} ms="auto">
            {t("connect")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
