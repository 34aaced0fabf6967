import { ActionIcon, Group } from "@mantine/core";
import { IconPencil, IconTrash } from "@tabler/icons-react";
import { useTexts } from "../../i18n/texts.ts";
import { settingsTexts } from "../texts.ts";

/** The two acts that rows of a list have. */
export function RowActs(props: {
  readonly name: string;
  readonly onEdit: () => void;
  readonly onDelete: () => void;
}) {
  const s = useTexts(settingsTexts);
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`${s("edit")}: ${props.name}`}
        onClick={props.onEdit}
      >
        <IconPencil size={18} aria-hidden />
      </ActionIcon>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={`${s("remove")}: ${props.name}`}
        onClick={props.onDelete}
      >
        <IconTrash size={18} aria-hidden />
      </ActionIcon>
    </Group>
  );
}
