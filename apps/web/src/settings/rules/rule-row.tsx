import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { ActionIcon, Group, Paper, Switch, Text } from "@mantine/core";
import type { AssignmentRule } from "@punctual/contract";
import { IconGripVertical } from "@tabler/icons-react";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { DeleteDialog } from "../kit/delete-dialog.tsx";
import { RowActs } from "../kit/row-acts.tsx";
import { useSave } from "../kit/use-save.ts";
import { RuleDialog } from "./rule-dialog.tsx";
import { useRuleInWords } from "./rule-words.ts";
import { ruleTexts } from "./texts.ts";

/** One rule: its handle, what it does in words, whether it is in use, and its acts. */
export function RuleRow(props: { readonly rule: AssignmentRule; readonly isReadOnly: boolean }) {
  const t = useTexts(ruleTexts);
  const { rule, isReadOnly } = props;
  const inWords = useRuleInWords();
  const { attributes, listeners, setNodeRef, transform, transition } = useSortable({ id: rule.id });
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const enable = useSave(
    (enabled: boolean) => call(`PATCH /assignment-rules/${rule.id}`, { body: { enabled } }),
    { stale: [keys.rules] },
  );
  const { when, who } = inWords(rule);
  return (
    <Paper
      ref={setNodeRef}
      withBorder
      p="sm"
      data-rule={rule.name}
      style={{ transform: CSS.Translate.toString(transform), transition }}
    >
      <Group wrap="nowrap" gap="sm">
        {!isReadOnly && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="lg"
            {...attributes}
            {...listeners}
            aria-label={t("move", { name: rule.name })}
            style={{ cursor: "grab", touchAction: "none" }}
          >
            <IconGripVertical size={18} aria-hidden />
          </ActionIcon>
        )}
        <div style={{ flex: 1, minWidth: 0 }}>
          <Text size="sm" fw={600} truncate title={rule.name} dir="auto">
            {rule.name}
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: "anywhere" }}>
            {when} → {who}
          </Text>
        </div>
        <Switch
          aria-label={t("enabled", { name: rule.name })}
          checked={enable.isPending ? enable.variables : rule.enabled}
          disabled={isReadOnly}
          onChange={(event) => enable.mutate(event.currentTarget.checked)}
        />
        {!isReadOnly && (
          <RowActs
            name={rule.name}
            onEdit={() => setOpen("edit")}
            onDelete={() => setOpen("delete")}
          />
        )}
      </Group>
      {open === "edit" && <RuleDialog rule={rule} onClose={() => setOpen(null)} />}
      {open === "delete" && (
        <DeleteDialog
          title={t("deleteTitle", { name: rule.name })}
          text={t("deleteText")}
          route={`DELETE /assignment-rules/${rule.id}`}
          stale={[keys.rules]}
          onClose={() => setOpen(null)}
        />
      )}
    </Paper>
  );
}
