/** Settings → Teams: members who share work. */
import { Button, Group, MultiSelect, Paper, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Team } from "@punctual/contract";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { keys, membersQuery, teamsQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { DeleteDialog } from "../kit/delete-dialog.tsx";
import { Empty } from "../kit/empty.tsx";
import { FormDialog } from "../kit/form-dialog.tsx";
import { RowActs } from "../kit/row-acts.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { errorAt, useSave } from "../kit/use-save.ts";
import { channelsQuery } from "../queries.ts";
import { teamTexts } from "./texts.ts";

export function TeamsPage() {
  const t = useTexts(teamTexts);
  const query = useQuery(teamsQuery);
  const mayChange = useMay()("changeTeams");
  const [isAdding, setAdding] = useState(false);
  return (
    <SettingsPage
      title={t("teamsTitle")}
      description={t("teamsAbout")}
      isReadOnly={!mayChange}
      action={
        mayChange && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            {t("teamAdd")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(teams) =>
          teams.length === 0 ? (
            <Empty text={t("teamsEmpty")} />
          ) : (
            teams.map((team) => <TeamRow key={team.id} team={team} isReadOnly={!mayChange} />)
          )
        }
      </Loaded>
      {isAdding && <TeamDialog team={null} onClose={() => setAdding(false)} />}
    </SettingsPage>
  );
}

function TeamRow(props: { readonly team: Team; readonly isReadOnly: boolean }) {
  const t = useTexts(teamTexts);
  const { team, isReadOnly } = props;
  const { data: members = [] } = useQuery(membersQuery);
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const names = team.memberIds.map((id) => members.find((each) => each.id === id)?.name ?? "…");
  return (
    <Paper withBorder p="sm">
      <Group wrap="nowrap" justify="space-between">
        <div style={{ minWidth: 0 }}>
          <Text size="sm" fw={600} truncate title={team.name} dir="auto">
            {team.name}
          </Text>
          <Text size="xs" c="dimmed" lineClamp={2}>
            {t("count", { count: names.length })}
            {names.length > 0 && `: ${names.join(", ")}`}
          </Text>
        </div>
        {!isReadOnly && (
          <RowActs
            name={team.name}
            onEdit={() => setOpen("edit")}
            onDelete={() => setOpen("delete")}
          />
        )}
      </Group>
      {open === "edit" && <TeamDialog team={team} onClose={() => setOpen(null)} />}
      {open === "delete" && (
        <DeleteDialog
          title={t("deleteTeamTitle", { name: team.name })}
          text={t("deleteTeamText")}
          route={`DELETE /teams/${team.id}`}
          stale={[keys.teams]}
          onClose={() => setOpen(null)}
        />
      )}
    </Paper>
  );
}

interface Fields {
  readonly name: string;
  readonly memberIds: string[];
  readonly channelIds: string[];
}

function TeamDialog(props: { readonly team: Team | null; readonly onClose: () => void }) {
  const t = useTexts(teamTexts);
  const { team, onClose } = props;
  const { data: members = [] } = useQuery(membersQuery);
  const { data: channels = [] } = useQuery(channelsQuery);
  const { name = "", memberIds = [], channelIds = null } = team ?? {};
  const form = useForm<Fields>({
    initialValues: { name, memberIds, channelIds: channelIds ?? [] },
  });
  const save = useSave((values: Fields) => saveTeam(team, values), {
    stale: [keys.teams],
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t(team === null ? "teamAdd" : "teamEdit")}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      save={save}
    >
      <TextInput
        label={t("name")}
        data-autofocus
        maxLength={100}
        {...form.getInputProps("name")}
        error={errorAt(save.error, "name")}
      />
      <MultiSelect
        label={t("teamMembers")}
        data={members
          .filter(({ id, active }) => active || memberIds.includes(id))
          .map((member) => ({ value: member.id, label: member.name }))}
        searchable
        {...form.getInputProps("memberIds")}
      />
      <MultiSelect
        label={t("channels")}
        description={t("channelsHint")}
        data={channels.map((channel) => ({ value: channel.id, label: channel.name }))}
        clearable
        {...form.getInputProps("channelIds")}
      />
    </FormDialog>
  );
}

/** One call for each part that changed: an audit log tells what was changed. */
async function saveTeam(team: Team | null, { name, memberIds, channelIds }: Fields): Promise<void> {
  const saved = team ?? (await call<Team>("POST /teams", { body: { name, memberIds } }));
  const path = `/teams/${saved.id}`;
  if (name !== saved.name && team !== null) await call(`PATCH ${path}`, { body: { name } });
  if (memberIds.join() !== saved.memberIds.join()) {
    await call(`PUT ${path}/members`, { body: { memberIds } });
  }
  const limit = channelIds.length === 0 ? null : channelIds;
  if (JSON.stringify(limit) !== JSON.stringify(saved.channelIds)) {
    await call(`PUT ${path}/channels`, { body: { channelIds: limit } });
  }
}
