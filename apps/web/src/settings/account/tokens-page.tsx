/** Settings → API tokens: one's own, and for admins everybody's. */
import {
  ActionIcon,
  Button,
  Group,
  Modal,
  Paper,
  Select,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ApiToken } from "@punctual/contract";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { membersQuery, meQuery } from "../../api/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { CopyField } from "../../ui/copy-field.tsx";
import { DeleteDialog } from "../kit/delete-dialog.tsx";
import { Empty } from "../kit/empty.tsx";
import { FormDialog } from "../kit/form-dialog.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { errorAt, useSave } from "../kit/use-save.ts";
import { ownKeys, tokensQuery } from "../queries.ts";
import { settingsTexts } from "../texts.ts";
import { accountTexts } from "./texts.ts";

export function TokensPage() {
  const t = useTexts(accountTexts);
  const query = useQuery(tokensQuery);
  const [isAdding, setAdding] = useState(false);
  return (
    <SettingsPage
      title={t("tokensTitle")}
      description={t("tokensAbout")}
      action={
        <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
          {t("tokenAdd")}
        </Button>
      }
    >
      <Loaded query={query}>
        {(tokens) =>
          tokens.length === 0 ? (
            <Empty text={t("tokensEmpty")} />
          ) : (
            <Stack gap="xs">
              {tokens.map((token) => (
                <TokenRow key={token.id} token={token} />
              ))}
            </Stack>
          )
        }
      </Loaded>
      {isAdding && <TokenDialog onClose={() => setAdding(false)} />}
    </SettingsPage>
  );
}

function TokenRow({ token }: { readonly token: ApiToken }) {
  const t = useTexts(accountTexts);
  const s = useTexts(settingsTexts);
  const format = useFormat();
  const { data: members } = useQuery(membersQuery);
  const [isRevoking, setRevoking] = useState(false);
  const name = members?.find(({ id }) => id === token.memberId)?.name ?? "…";
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Text size="sm" fw={600} truncate title={token.name} dir="auto">
            {token.name}
          </Text>
          <Text size="xs" c="dimmed">
            {t("tokenOf", { name, time: format.moment(token.createdAt) })}
          </Text>
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="lg"
          aria-label={`${s("remove")}: ${token.name}`}
          onClick={() => setRevoking(true)}
        >
          <IconTrash size={18} aria-hidden />
        </ActionIcon>
      </Group>
      {isRevoking && (
        <DeleteDialog
          title={t("revokeTitle", { name: token.name })}
          text={t("revokeText")}
          route={`DELETE /tokens/${token.id}`}
          stale={[ownKeys.tokens]}
          onClose={() => setRevoking(false)}
        />
      )}
    </Paper>
  );
}

function TokenDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(accountTexts);
  const may = useMay();
  const { data: me } = useQuery(meQuery);
  const { data: members = [] } = useQuery(membersQuery);
  const [secret, setSecret] = useState<string>();
  const form = useForm({ initialValues: { name: "", memberId: me?.member.id ?? "" } });
  const save = useSave(
    (body: typeof form.values) => call<{ secret: string }>("POST /tokens", { body }),
    { stale: [ownKeys.tokens], onDone: (made) => setSecret(made.secret), isQuiet: true },
  );
  if (secret !== undefined) {
    return (
      <Modal opened onClose={onClose} title={form.values.name} centered>
        <Stack>
          <CopyField label={t("secret")} description={t("secretHint")} value={secret} />
          <Group justify="flex-end">
            <Button onClick={onClose}>{t("done")}</Button>
          </Group>
        </Stack>
      </Modal>
    );
  }
  return (
    <FormDialog
      title={t("tokenAdd")}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      save={save}
      submitLabel={t("tokenAdd")}
    >
      <TextInput
        label={t("tokenName")}
        description={t("tokenNameHint")}
        data-autofocus
        maxLength={200}
        {...form.getInputProps("name")}
        error={errorAt(save.error, "name")}
      />
      {may("manageTokensOfOthers") && (
        <Select
          label={t("tokenFor")}
          data={members
            .filter(({ active }) => active)
            .map(({ id, name }) => ({ value: id, label: name }))}
          searchable
          allowDeselect={false}
          {...form.getInputProps("memberId")}
        />
      )}
    </FormDialog>
  );
}
