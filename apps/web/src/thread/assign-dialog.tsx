/** Giving a session to a colleague, a team or the queue, with a note for whoever gets it. */
import { Button, Group, Modal, SegmentedControl, Select, Stack, Textarea } from "@mantine/core";
import type { Session } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { membersQuery, teamsQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { uiTexts } from "../ui/texts.ts";
import { dialogTexts } from "./dialog-texts.ts";
import { useSessionAct } from "./session-acts.ts";

type Whereto = "member" | "team" | "queue";

export default function AssignDialog(props: {
  readonly session: Session;
  readonly onClose: () => void;
}) {
  const { session, onClose } = props;
  const t = useTexts(dialogTexts);
  const ui = useTexts(uiTexts);
  const act = useSessionAct(session.id, true);
  const [whereto, setWhereto] = useState<Whereto>("member");
  const [id, setId] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const options = useOptions(whereto, session.assigneeId);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const to = whereto === "queue" ? { queue: true } : { [whereto]: id };
    const body = { to, note: note.trim() === "" ? null : { text: note.trim() } };
    act.mutate({ route: "POST transfer", body }, { onSuccess: onClose });
  };
  return (
    <Modal
      opened
      onClose={onClose}
      title={t("assignTitle")}
      closeButtonProps={{ "aria-label": ui("close") }}
    >
      <form onSubmit={submit}>
        <Stack gap="sm">
          {act.error !== null && <ProblemAlert error={act.error} />}
          <SegmentedControl
            fullWidth
            value={whereto}
            onChange={(value) => {
              setWhereto(value as Whereto);
              setId(null);
            }}
            data={[
              { value: "member", label: t("member") },
              { value: "team", label: t("team") },
              { value: "queue", label: t("queue") },
            ]}
          />
          {whereto !== "queue" && (
            <Select
              label={t(whereto)}
              data={options}
              value={id}
              onChange={setId}
              searchable
              nothingFoundMessage={t("nothingFound")}
              data-autofocus
            />
          )}
          <Textarea
            label={t("transferNote")}
            description={t("noteHint")}
            autosize
            minRows={2}
            dir="auto"
            value={note}
            onChange={({ currentTarget }) => setNote(currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {ui("cancel")}
            </Button>
            <Button
              type="submit"
              loading={act.isPending}
              disabled={whereto !== "queue" && id === null}
            >
              {t("assignNow")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Whom it can go to; whoever is there comes first. */
function useOptions(whereto: Whereto, assigneeId: string | null) {
  const t = useTexts(dialogTexts);
  const { data: members = [] } = useQuery(membersQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  if (whereto === "team") return teams.map(({ id, name }) => ({ value: id, label: name }));
  return members
    .filter(({ id, active }) => active && id !== assigneeId)
    .sort((a, b) => Number(b.online) - Number(a.online) || a.name.localeCompare(b.name))
    .map(({ id, name, online }) => ({
      value: id,
      label: online ? name : t("offline", { name }),
    }));
}
