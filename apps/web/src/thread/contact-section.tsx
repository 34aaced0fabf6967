import { ActionIcon, Button, Loader, MultiSelect, Select, Text, TextInput } from "@mantine/core";
import type { Contact } from "@punctual/contract";
import { IconPencil } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { call } from "../api/http.ts";
import { keys, membersQuery, meQuery, tagsQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { uiTexts } from "../ui/texts.ts";
import { BlockContact } from "./block-contact.tsx";
import { PanelSection } from "./panel-section.tsx";
import { panelTexts } from "./panel-texts.ts";
import classes from "./thread.module.css";

export interface AskedOfContact {
  /** Such as `PATCH`, or `PUT tags`: below the contact's address. */
  readonly route: string;
  readonly body?: object;
}

/** Who the customer is, and what the business knows of them. */
export function ContactSection({ contactId }: { readonly contactId: string }) {
  const t = useTexts(panelTexts);
  const queries = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const { data: contact, error } = useQuery({
    queryKey: keys.contact(contactId),
    queryFn: () => call<Contact>(`GET /contacts/${contactId}`),
  });
  const change = useMutation({
    mutationFn: ({ route, body }: AskedOfContact) => {
      const [method, path] = route.split(" ", 2);
      const address = [`/contacts/${contactId}`, path].filter(Boolean).join("/");
      return call<Contact>(`${method} ${address}`, body === undefined ? {} : { body });
    },
    onSuccess: (changed) => queries.setQueryData(keys.contact(contactId), changed),
  });
  if (error !== null) return <ProblemAlert error={error} />;
  if (contact === undefined) return <Loader size="xs" m="md" />;
  const ask = (asked: AskedOfContact) => change.mutate(asked);
  const mayChange = me?.may.includes("changeContacts") === true;
  return (
    <PanelSection title={t("contact")}>
      <ContactName contact={contact} mayChange={mayChange} ask={ask} />
      {contact.identities.map(({ channelId, phone, username }) => (
        <Text key={channelId} size="sm" c="dimmed" truncate>
          {[phone === null ? null : `+${phone}`, username].filter(Boolean).join(" · ")}
        </Text>
      ))}
      {change.error !== null && <ProblemAlert error={change.error} />}
      <ContactFields contact={contact} mayChange={mayChange} ask={ask} />
      {Object.entries(contact.attributes).map(([name, value]) => (
        <div key={name} className={classes.pair}>
          <span dir="auto">{name}</span>
          <Text size="sm" truncate title={value} dir="auto">
            {value}
          </Text>
        </div>
      ))}
      {me?.may.includes("blockContacts") && (
        <BlockContact contact={contact} ask={ask} isPending={change.isPending} />
      )}
    </PanelSection>
  );
}

interface FieldProps {
  readonly contact: Contact;
  readonly mayChange: boolean;
  readonly ask: (asked: AskedOfContact) => void;
}

function ContactName({ contact, mayChange, ask }: FieldProps) {
  const t = useTexts(panelTexts);
  const ui = useTexts(uiTexts);
  const [name, setName] = useState<string | null>(null);
  const save = (event: FormEvent) => {
    event.preventDefault();
    const trimmed = (name ?? "").trim();
    ask({ route: "PATCH", body: { name: trimmed === "" ? null : trimmed } });
    setName(null);
  };
  if (name === null) {
    return (
      <div className={classes.panelHead}>
        <Text fw={600} truncate title={contact.name ?? undefined} dir="auto">
          {contact.name ?? t("unnamed")}
        </Text>
        {mayChange && (
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("rename")}
            onClick={() => setName(contact.name ?? "")}
          >
            <IconPencil size={15} aria-hidden />
          </ActionIcon>
        )}
      </div>
    );
  }
  return (
    <form onSubmit={save} className={classes.inlineForm}>
      <TextInput
        size="xs"
        aria-label={t("name")}
        description={t("nameHint")}
        value={name}
        dir="auto"
        maxLength={200}
        autoFocus
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        onKeyDown={({ key }) => key === "Escape" && setName(null)}
      />
      <Button size="compact-sm" type="submit">
        {ui("save")}
      </Button>
      <Button size="compact-sm" variant="default" onClick={() => setName(null)}>
        {ui("cancel")}
      </Button>
    </form>
  );
}

function ContactFields({ contact, mayChange, ask }: FieldProps) {
  const t = useTexts(panelTexts);
  const { data: tags = [] } = useQuery(tagsQuery);
  const { data: members = [] } = useQuery(membersQuery);
  const owners = members.filter(({ id, active }) => active || id === contact.ownerId);
  return (
    <>
      <MultiSelect
        size="xs"
        mt={6}
        label={t("contactTags")}
        data={tags.map(({ name }) => name)}
        value={contact.tags}
        onChange={(names) => ask({ route: "PUT tags", body: { tags: names } })}
        disabled={!mayChange}
        searchable
        nothingFoundMessage={t("noTags")}
      />
      <Select
        size="xs"
        mt={6}
        mb={6}
        label={t("owner")}
        data={owners.map(({ id, name }) => ({ value: id, label: name }))}
        value={contact.ownerId}
        onChange={(ownerId) => ask({ route: "PATCH", body: { ownerId } })}
        disabled={!mayChange}
        clearable
        searchable
        nothingFoundMessage={t("nobodyFound")}
      />
    </>
  );
}
