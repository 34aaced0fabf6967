import { Button, Group, Text, Textarea } from "@mantine/core";
import type { Contact } from "@punctual/contract";
import { IconBan } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { uiTexts } from "../ui/texts.ts";
import type { AskedOfContact } from "./contact-section.tsx";
import { panelTexts } from "./panel-texts.ts";

/** Blocks a contact with a reason, or lets them in again. */
export function BlockContact(props: {
  readonly contact: Contact;
  readonly ask: (asked: AskedOfContact) => void;
  readonly isPending: boolean;
}) {
  const { contact, ask, isPending } = props;
  const t = useTexts(panelTexts);
  const ui = useTexts(uiTexts);
  const format = useFormat();
  const [reason, setReason] = useState<string | null>(null);
  const { blocked } = contact;
  const block = (event: FormEvent) => {
    event.preventDefault();
    ask({ route: "POST block", body: { reason: (reason ?? "").trim() } });
    setReason(null);
  };
  if (blocked !== null) {
    return (
      <>
        <Text size="sm" c="var(--overdue)" dir="auto">
          {t("blockedSince", { time: format.moment(blocked.blockedAt) })}
          {blocked.reason !== null && ` ${blocked.reason}`}
        </Text>
        <Button
          size="compact-sm"
          variant="light"
          loading={isPending}
          onClick={() => ask({ route: "POST unblock" })}
        >
          {t("unblock")}
        </Button>
      </>
    );
  }
  if (reason === null) {
    return (
      <Button
        size="compact-sm"
        mt={6}
        variant="subtle"
        color="red"
        leftSection={<IconBan size={15} aria-hidden />}
        onClick={() => setReason("")}
      >
        {t("block")}
      </Button>
    );
  }
  return (
    <form onSubmit={block}>
      <Textarea
        size="xs"
        label={t("blockReason")}
        description={t("blockHint")}
        autosize
        maxLength={1000}
        autoFocus
        value={reason}
        onChange={({ currentTarget }) => setReason(currentTarget.value)}
      />
      <Group gap="xs" mt={6}>
        <Button size="compact-sm" color="red" type="submit" disabled={reason.trim() === ""}>
          {t("block")}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => setReason(null)}>
          {ui("cancel")}
        </Button>
      </Group>
    </form>
  );
}
