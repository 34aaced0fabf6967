import { Button, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { CopyField } from "../../ui/copy-field.tsx";
import { FormDialog } from "../kit/form-dialog.tsx";
import { errorAt, useSave } from "../kit/use-save.ts";
import { ownKeys } from "../queries.ts";
import { teamTexts } from "./texts.ts";

export const ROLES = ["agent", "supervisor", "admin"] as const;

/** A link that is given to a member, unless they are mailed it. */
export interface MemberLink {
  readonly title: string;
  readonly hint: string;
  readonly url: string | null;
  readonly expiresAt: string;
}

interface Invited {
  readonly url: string | null;
  readonly expiresAt: string;
  readonly emailed: boolean;
}

/** Name, e-mail and role; then the link. */
export function InviteDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(teamTexts);
  const [invited, setInvited] = useState<Invited>();
  const form = useForm({ initialValues: { name: "", email: "", role: "agent" } });
  const save = useSave(
    (body: typeof form.values) => call<{ invitation: Invited }>("POST /members", { body }),
    {
      stale: [keys.members, ownKeys.logins],
      onDone: ({ invitation }) => setInvited(invitation),
      isQuiet: true,
    },
  );
  if (invited !== undefined) {
    const hint = t(invited.emailed ? "invitedMailed" : "invitedLink");
    return <LinkDialog link={{ ...invited, title: t("invitedTitle"), hint }} onClose={onClose} />;
  }
  return (
    <FormDialog
      title={t("invite")}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      save={save}
      submitLabel={t("invite")}
    >
      <TextInput
        label={t("name")}
        data-autofocus
        maxLength={200}
        {...form.getInputProps("name")}
        error={errorAt(save.error, "name")}
      />
      <TextInput
        label={t("email")}
        type="email"
        maxLength={320}
        {...form.getInputProps("email")}
        error={errorAt(save.error, "email")}
      />
      <Select
        label={t("role")}
        data={ROLES.map((value) => ({ value, label: t(value) }))}
        allowDeselect={false}
        {...form.getInputProps("role")}
      />
    </FormDialog>
  );
}

export function LinkDialog(props: { readonly link: MemberLink; readonly onClose: () => void }) {
  const t = useTexts(teamTexts);
  const format = useFormat();
  const { title, hint, url, expiresAt } = props.link;
  return (
    <Modal opened onClose={props.onClose} title={title} centered>
      <Stack>
        <Text size="sm">{hint}</Text>
        {url !== null && <CopyField label={t("link")} value={url} />}
        <Text size="xs" c="dimmed">
          {t("validUntil", { time: format.moment(expiresAt) })}
        </Text>
        <Group justify="flex-end">
          <Button onClick={props.onClose}>{t("done")}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
