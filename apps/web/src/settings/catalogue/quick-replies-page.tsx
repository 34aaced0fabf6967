/** Settings → Quick replies: the texts that agents send often. */
import { Button, Code, Group, Paper, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { QuickReply } from "@punctual/contract";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { keys, quickRepliesQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { DeleteDialog } from "../kit/delete-dialog.tsx";
import { Empty } from "../kit/empty.tsx";
import { FormDialog } from "../kit/form-dialog.tsx";
import { RowActs } from "../kit/row-acts.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { errorAt, useSave } from "../kit/use-save.ts";
import { catalogueTexts } from "./texts.ts";

export function QuickRepliesPage() {
  const t = useTexts(catalogueTexts);
  const query = useQuery(quickRepliesQuery);
  const mayChange = useMay()("changeQuickReplies");
  const [isAdding, setAdding] = useState(false);
  const [sought, setSought] = useState("");
  const isSought = ({ shortcut, text }: QuickReply) =>
    `${shortcut} ${text}`.toLowerCase().includes(sought.trim().toLowerCase());
  return (
    <SettingsPage
      title={t("quickTitle")}
      description={t("quickAbout")}
      isReadOnly={!mayChange}
      action={
        mayChange && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            {t("quickAdd")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(all) => (
          <Stack gap="xs">
            {all.length > 5 && (
              <TextInput
                type="search"
                label={t("search")}
                value={sought}
                onChange={(event) => setSought(event.currentTarget.value)}
                maw={320}
              />
            )}
            {all.length === 0 && <Empty text={t("quickEmpty")} />}
            {all.length > 0 && !all.some(isSought) && <Empty text={t("nothingFound")} />}
            {all.filter(isSought).map((reply) => (
              <ReplyRow key={reply.id} reply={reply} isReadOnly={!mayChange} />
            ))}
          </Stack>
        )}
      </Loaded>
      {isAdding && <ReplyDialog reply={null} onClose={() => setAdding(false)} />}
    </SettingsPage>
  );
}

function ReplyRow(props: { readonly reply: QuickReply; readonly isReadOnly: boolean }) {
  const t = useTexts(catalogueTexts);
  const { reply, isReadOnly } = props;
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  return (
    <Paper withBorder p="sm">
      <Group wrap="nowrap" align="flex-start" justify="space-between">
        <div style={{ minWidth: 0 }}>
          <Code>/{reply.shortcut}</Code>
          <Text size="sm" mt={4} lineClamp={3} dir="auto" style={{ overflowWrap: "anywhere" }}>
            {reply.text}
          </Text>
        </div>
        {!isReadOnly && (
          <RowActs
            name={reply.shortcut}
            onEdit={() => setOpen("edit")}
            onDelete={() => setOpen("delete")}
          />
        )}
      </Group>
      {open === "edit" && <ReplyDialog reply={reply} onClose={() => setOpen(null)} />}
      {open === "delete" && (
        <DeleteDialog
          title={t("deleteTitle", { name: `/${reply.shortcut}` })}
          text={t("deleteQuick")}
          route={`DELETE /quick-replies/${reply.id}`}
          stale={[keys.quickReplies]}
          onClose={() => setOpen(null)}
        />
      )}
    </Paper>
  );
}

function ReplyDialog(props: { readonly reply: QuickReply | null; readonly onClose: () => void }) {
  const t = useTexts(catalogueTexts);
  const { reply, onClose } = props;
  const form = useForm({
    initialValues: { shortcut: reply?.shortcut ?? "", text: reply?.text ?? "" },
  });
  const save = useSave(
    (body: typeof form.values) =>
      reply === null
        ? call("POST /quick-replies", { body })
        : call(`PATCH /quick-replies/${reply.id}`, { body }),
    { stale: [keys.quickReplies], onDone: onClose },
  );
  return (
    <FormDialog
      title={t(reply === null ? "quickAdd" : "quickEdit")}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      save={save}
    >
      <TextInput
        label={t("shortcut")}
        description={t("shortcutHint")}
        leftSection="/"
        data-autofocus
        maxLength={50}
        {...form.getInputProps("shortcut")}
        error={errorAt(save.error, "shortcut")}
      />
      <Textarea
        label={t("text")}
        description={t("textHint", {
          contact: "{{contact.name}}",
          first: "{{contact.firstName}}",
          agent: "{{agent.name}}",
        })}
        autosize
        minRows={4}
        maxRows={12}
        maxLength={4_096}
        dir="auto"
        {...form.getInputProps("text")}
        error={errorAt(save.error, "text")}
      />
    </FormDialog>
  );
}
