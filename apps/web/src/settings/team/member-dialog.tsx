import { MultiSelect, NumberInput, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { Member } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { errorAt, useSave } from "../kit/use-save.ts";
import { channelsQuery } from "../queries.ts";
import { ROLES } from "./invite-dialog.tsx";
import { teamTexts } from "./texts.ts";

interface Fields {
  readonly name: string;
  readonly role: Member["role"];
  readonly capacity: number | "";
  readonly channelIds: string[];
}

/** A member's name, role, capacity and channels. */
export function MemberDialog(props: { readonly member: Member; readonly onClose: () => void }) {
  const t = useTexts(teamTexts);
  const { member, onClose } = props;
  const { data: channels = [] } = useQuery(channelsQuery);
  const form = useForm<Fields>({
    initialValues: {
      name: member.name,
      role: member.role,
      capacity: member.capacity ?? "",
      channelIds: member.channelIds ?? [],
    },
  });
  const save = useSave((values: Fields) => saveMember(member, values), {
    stale: [keys.members],
    onDone: onClose,
  });
  return (
    <FormDialog
      title={t("changeTitle", { name: member.name })}
      onClose={onClose}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      save={save}
    >
      <TextInput
        label={t("name")}
        maxLength={200}
        {...form.getInputProps("name")}
        error={errorAt(save.error, "name")}
      />
      <Select
        label={t("role")}
        data={ROLES.map((value) => ({ value, label: t(value) }))}
        allowDeselect={false}
        {...form.getInputProps("role")}
      />
      <NumberInput
        label={t("capacity")}
        description={t("capacityHint")}
        min={1}
        max={10_000}
        allowDecimal={false}
        {...form.getInputProps("capacity")}
        error={errorAt(save.error, "capacity")}
      />
      <MultiSelect
        label={t("channels")}
        description={t("channelsHint")}
        data={channels.map(({ id, name }) => ({ value: id, label: name }))}
        clearable
        {...form.getInputProps("channelIds")}
        error={errorAt(save.error, "channelIds")}
      />
    </FormDialog>
  );
}

/** Two calls, each only if something of it changed: an audit log tells what was changed. */
async function saveMember(member: Member, { channelIds, ...fields }: Fields): Promise<void> {
  const limit = channelIds.length === 0 ? null : channelIds;
  if (JSON.stringify(limit) !== JSON.stringify(member.channelIds)) {
    await call(`PUT /members/${member.id}/channels`, { body: { channelIds: limit } });
  }
  const { name, role } = fields;
  const capacity = fields.capacity === "" ? null : fields.capacity;
  if (name !== member.name || role !== member.role || capacity !== member.capacity) {
    await call(`PATCH /members/${member.id}`, { body: { name, role, capacity } });
  }
}
