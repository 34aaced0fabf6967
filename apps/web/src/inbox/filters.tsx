import { Button, Group, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { membersQuery, tagsQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import type { HeaderProps } from "./list-header.tsx";
import { useSaveView } from "./queries.ts";
import { inboxTexts } from "./texts.ts";
import { filtersOf, type ViewSearch } from "./views.data.ts";

/** What the filter's popover holds. */
export function Filters(props: HeaderProps & { readonly onDone: () => void }) {
  const { view, search, counts } = props;
  const t = useTexts(inboxTexts);
  const navigate = useNavigate();
  const { data: tags = [] } = useQuery(tagsQuery);
  const { data: members = [] } = useQuery(membersQuery);
  const narrow = (name: keyof ViewSearch, value: string | null) => {
    const { [name]: _old, ...others } = search;
    const next = value === null ? others : { ...others, [name]: value };
    void navigate({ to: "/inbox/$view", params: { view }, search: next, replace: true });
  };
  const choices = [
    {
      name: "channel",
      label: t("channel"),
      any: t("anyChannel"),
      data: (counts?.channels ?? []).map(({ channelId, name }) => ({
        value: channelId,
        label: name,
      })),
    },
    {
      name: "team",
      label: t("team"),
      any: t("anyTeam"),
      data: (counts?.teams ?? []).map(({ teamId, name }) => ({ value: teamId, label: name })),
    },
    {
      name: "assignee",
      label: t("assignee"),
      any: t("anybody"),
      data: members.map(({ id, name }) => ({ value: id, label: name })),
    },
    {
      name: "tag",
      label: t("tag"),
      any: t("anyTag"),
      data: tags.map(({ id, name }) => ({ value: id, label: name })),
    },
  ] as const;
  return (
    <>
      {choices.map(({ name, label, any, data }) => (
        <Select
          key={name}
          label={label}
          placeholder={any}
          data={data}
          value={search[name] ?? null}
          onChange={(value) => narrow(name, value)}
          size="xs"
          clearable
          searchable
          comboboxProps={{ withinPortal: false }}
        />
      ))}
      <SaveView {...props} />
    </>
  );
}

function SaveView({ query, onDone }: HeaderProps & { readonly onDone: () => void }) {
  const t = useTexts(inboxTexts);
  const navigate = useNavigate();
  const saveView = useSaveView();
  const form = useForm({ initialValues: { name: "" } });
  const save = async ({ name }: { name: string }) => {
    if (name.trim() === "") return;
    const body = { name, filters: filtersOf(query), sort: query.sort };
    const { id } = await saveView.mutateAsync(body);
    onDone();
    await navigate({ to: "/inbox/$view", params: { view: id } });
  };
  return (
    <form onSubmit={form.onSubmit((values) => void save(values).catch(() => undefined))}>
      {saveView.error !== null && <ProblemAlert error={saveView.error} />}
      <Group gap="xs" align="flex-end" wrap="nowrap">
        <TextInput
          size="xs"
          label={t("saveView")}
          placeholder={t("viewName")}
          maxLength={100}
          flex={1}
          {...form.getInputProps("name")}
        />
        <Button type="submit" size="xs" loading={saveView.isPending}>
          {t("save")}
        </Button>
      </Group>
    </form>
  );
}
