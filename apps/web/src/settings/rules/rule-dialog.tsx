import {
  Divider,
  Group,
  MultiSelect,
  NumberInput,
  SegmentedControl,
  Select,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import type { AssignmentRule } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/http.ts";
import { keys, membersQuery, myChannelsQuery, tagsQuery, teamsQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { errorAt, useSave } from "../kit/use-save.ts";
import { isAttribute, type RuleFields, ruleFields, ruleOf } from "./rule-form.data.ts";
import { ruleTexts } from "./texts.ts";

type Form = UseFormReturnType<RuleFields>;

/** A rule's name, conditions, and whom it gives sessions to. */
export function RuleDialog(props: {
  readonly rule: AssignmentRule | null;
  readonly onClose: () => void;
}) {
  const t = useTexts(ruleTexts);
  const { rule, onClose } = props;
  const form = useForm<RuleFields>({
    initialValues: ruleFields(rule),
    validate: {
      name: (name) => (name.trim() === "" ? t("nameMissing") : null),
      attributes: (all) => (all.every(isAttribute) ? null : t("attributeForm")),
      team: (team, { target }) => (target === "team" && team === null ? t("whoMissing") : null),
      members: (members, { target }) =>
        target === "members" && members.length === 0 ? t("whoMissing") : null,
    },
  });
  const save = useSave(
    (fields: RuleFields) =>
      rule === null
        ? call("POST /assignment-rules", { body: ruleOf(fields) })
        : call(`PATCH /assignment-rules/${rule.id}`, { body: ruleOf(fields) }),
    { stale: [keys.rules], onDone: onClose },
  );
  return (
    <FormDialog
      title={t(rule === null ? "newRule" : "editRule")}
      onClose={onClose}
      onSubmit={form.onSubmit((fields) => save.mutate(fields))}
      save={save}
      size="lg"
    >
      <TextInput
        label={t("name")}
        data-autofocus
        maxLength={200}
        {...form.getInputProps("name")}
        error={form.errors.name ?? errorAt(save.error, "name")}
      />
      <Divider label={t("when")} labelPosition="left" />
      <Conditions form={form} />
      <Divider label={t("who")} labelPosition="left" />
      <Target form={form} />
    </FormDialog>
  );
}

function Conditions({ form }: { readonly form: Form }) {
  const t = useTexts(ruleTexts);
  const { data: channels = [] } = useQuery(myChannelsQuery);
  const { data: tags = [] } = useQuery(tagsQuery);
  return (
    <>
      <Text size="xs" c="dimmed">
        {t("whenHint")}
      </Text>
      <MultiSelect
        label={t("channels")}
        data={channels.map(({ id, name }) => ({ value: id, label: name }))}
        searchable
        clearable
        {...form.getInputProps("channels")}
      />
      <MultiSelect
        label={t("tags")}
        data={tags.map(({ name }) => name)}
        searchable
        clearable
        {...form.getInputProps("tags")}
      />
      <TagsInput
        label={t("attributes")}
        description={t("attributesHint")}
        {...form.getInputProps("attributes")}
      />
      <Group grow>
        <Select
          label={t("customer")}
          data={(["any", "new", "returning"] as const).map((value) => ({ value, label: t(value) }))}
          allowDeselect={false}
          {...form.getInputProps("customer")}
        />
        <Select
          label={t("hours")}
          data={(["any", "within", "outside"] as const).map((value) => ({
            value,
            label: t(value),
          }))}
          allowDeselect={false}
          {...form.getInputProps("businessHours")}
        />
      </Group>
    </>
  );
}

function Target({ form }: { readonly form: Form }) {
  const t = useTexts(ruleTexts);
  const { data: members = [] } = useQuery(membersQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  return (
    <>
      <SegmentedControl
        aria-label={t("who")}
        data={(["everyone", "team", "members"] as const).map((value) => ({
          value,
          label: t(value),
        }))}
        {...form.getInputProps("target")}
      />
      {form.values.target === "team" && (
        <Select
          label={t("chooseTeam")}
          data={teams.map(({ id, name }) => ({ value: id, label: name }))}
          searchable
          {...form.getInputProps("team")}
        />
      )}
      {form.values.target === "members" && (
        <MultiSelect
          label={t("chooseMembers")}
          data={members
            .filter(({ id, active }) => active || form.values.members.includes(id))
            .map(({ id, name }) => ({ value: id, label: name }))}
          searchable
          {...form.getInputProps("members")}
        />
      )}
      <Group grow align="flex-start">
        <Select
          label={t("mode")}
          data={(["sequential", "leastBusy", "random"] as const).map((value) => ({
            value,
            label: t(value),
          }))}
          allowDeselect={false}
          {...form.getInputProps("mode")}
        />
        <NumberInput
          label={t("capacity")}
          description={t("capacityHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          min={1}
          max={100_000}
          allowDecimal={false}
          {...form.getInputProps("capacity")}
        />
      </Group>
      {(["onlineOnly", "previousAgentFirst", "ownerFirst"] as const).map((name) => (
        <Switch key={name} label={t(name)} {...form.getInputProps(name, { type: "checkbox" })} />
      ))}
    </>
  );
}
