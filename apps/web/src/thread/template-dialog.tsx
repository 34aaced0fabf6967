/** What may be sent when the channel's window is closed: a message that the provider approved. */
import { Button, Group, Loader, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import type { MessageTemplate, Session } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../api/http.ts";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { uiTexts } from "../ui/texts.ts";
import classes from "./composer.module.css";
import { composerTexts } from "./composer-texts.ts";
import { componentsOf, fieldsOf, previewOfTemplate, type Values } from "./template.data.ts";
import { useThreads } from "./threads-context.ts";

const keyOf = ({ name, language }: MessageTemplate) => `${name} (${language})`;

export default function TemplateDialog(props: {
  readonly session: Session;
  readonly afterId: string | null;
  readonly onClose: () => void;
}) {
  const { session, afterId, onClose } = props;
  const t = useTexts(composerTexts);
  const ui = useTexts(uiTexts);
  const { outgoing } = useThreads();
  const { data, error, refetch } = useQuery({
    queryKey: ["channels", session.channelId, "templates"],
    queryFn: () =>
      call<{ templates: MessageTemplate[] }>(`GET /channels/${session.channelId}/templates`),
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const [values, setValues] = useState<Values>({ 1: session.contact.name ?? "" });
  const template = data?.templates.find((one) => keyOf(one) === chosen);
  const fields = template === undefined ? [] : fieldsOf(template);
  const isFilled = fields.every((field) => (values[field] ?? "").trim() !== "");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (template === undefined || !isFilled) return;
    const { name, language } = template;
    const components = componentsOf(template, values);
    const body = { type: "template", name, language, components } as const;
    const label = previewOfTemplate(template, values);
    outgoing.send({ sessionId: session.id, body, afterId, label });
    onClose();
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("templateTitle")}
      closeButtonProps={{ "aria-label": ui("close") }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {error !== null && <ProblemAlert error={error} onRetry={() => void refetch()} />}
          {data === undefined && error === null && <Loader size="sm" aria-label={ui("loading")} />}
          {data?.templates.length === 0 && <Text size="sm">{t("noTemplates")}</Text>}
          {data !== undefined && data.templates.length > 0 && (
            <Select
              label={t("chooseTemplate")}
              data={data.templates.map(keyOf)}
              value={chosen}
              onChange={setChosen}
              searchable
              data-autofocus
            />
          )}
          {fields.map((field) => (
            <TextInput
              key={field}
              label={t("variable", { name: field.replace("header:", "") })}
              dir="auto"
              value={values[field] ?? ""}
              onChange={({ currentTarget }) =>
                setValues({ ...values, [field]: currentTarget.value })
              }
            />
          ))}
          {template !== undefined && (
            <figure className={classes.preview}>
              <Text size="xs" c="dimmed" component="figcaption">
                {t("preview")}
              </Text>
              <p dir="auto">{previewOfTemplate(template, values)}</p>
            </figure>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {ui("cancel")}
            </Button>
            <Button type="submit" disabled={template === undefined || !isFilled}>
              {t("sendTemplate")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
