/** Closing a session by hand, with what the business wants left behind. */
import { Button, Checkbox, Group, Modal, Select, Stack, TagsInput, Textarea } from "@mantine/core";
import type { Session } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { categoriesQuery, closingRequirementsQuery, tagsQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { uiTexts } from "../ui/texts.ts";
import { dialogTexts } from "./dialog-texts.ts";
import { useSessionAct } from "./session-acts.ts";

export default function CloseDialog(props: {
  readonly session: Session;
  readonly onClose: () => void;
}) {
  const { session, onClose } = props;
  const t = useTexts(dialogTexts);
  const ui = useTexts(uiTexts);
  const act = useSessionAct(session.id, true);
  const { data: required } = useQuery(closingRequirementsQuery);
  const { data: tags = [] } = useQuery(tagsQuery);
  const { data: categories = [] } = useQuery(categoriesQuery);
  const [chosenTags, setTags] = useState<readonly string[]>(session.tags);
  const [categoryId, setCategory] = useState<string | null>(session.category?.id ?? null);
  const [note, setNote] = useState("");
  const [reason, setReason] = useState("");
  const [sendMessage, setSendMessage] = useState(true);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const body = {
      reason: reason.trim() === "" ? null : reason.trim(),
      sendMessage,
      tags: chosenTags,
      categoryId,
      ...(note.trim() === "" ? {} : { note: { text: note.trim() } }),
    };
    act.mutate({ route: "POST close", body }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("closeTitle")}
      closeButtonProps={{ "aria-label": ui("close") }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {act.error !== null && <ProblemAlert error={act.error} />}
          <TagsInput
            label={t("tags")}
            data={tags.map(({ name }) => name)}
            value={[...chosenTags]}
            onChange={setTags}
            withAsterisk={required?.tag === true}
            acceptValueOnBlur
          />
          <Select
            label={t("category")}
            data={categories.map(({ id, name }) => ({ value: id, label: name }))}
            value={categoryId}
            onChange={setCategory}
            withAsterisk={required?.category === true}
            clearable
            searchable
            nothingFoundMessage={t("nothingFound")}
          />
          <Textarea
            label={t("note")}
            description={t("noteHint")}
            withAsterisk={required?.note === true}
            autosize
            minRows={2}
            dir="auto"
            value={note}
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
          />
          <Textarea
            label={t("reason")}
            autosize
            minRows={1}
            maxLength={1000}
            dir="auto"
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
          <Checkbox
            label={t("sendMessage")}
            checked={sendMessage}
            onChange={({ currentTarget }) => setSendMessage(currentTarget.checked)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {ui("cancel")}
            </Button>
            <Button type="submit" loading={act.isPending} data-autofocus>
              {t("closeNow")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
