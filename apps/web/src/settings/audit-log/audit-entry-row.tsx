import { Button, Group, Paper, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import type { AuditEntry } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { membersQuery } from "../../api/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ACT_TEXTS, type AuditChange, actOf, changesOf, subjectName } from "./audit-log.data.ts";
import { auditTexts } from "./texts.ts";

/** What was done, by whom and from where; before and after on demand. */
export function AuditEntryRow({ entry }: { readonly entry: AuditEntry }) {
  const t = useTexts(auditTexts);
  const format = useFormat();
  const [isOpen, { toggle }] = useDisclosure();
  const { data: members } = useQuery(membersQuery);
  const changes = changesOf(entry);
  const known = actOf(entry.act);
  const act = known === null ? entry.act : t(ACT_TEXTS[known]);
  const subject =
    subjectName(entry) ?? members?.find((one) => one.id === entry.subjectId)?.name ?? null;
  const from = entry.ip === null ? t(entry.via) : `${t(entry.via)}, ${entry.ip}`;
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <div style={{ minWidth: 0, overflowWrap: "anywhere" }}>
          <Text size="sm">
            <strong>{act}</strong>
            {subject !== null && <bdi>: {subject}</bdi>}
          </Text>
          <Text size="xs" c="dimmed">
            <bdi>{entry.memberName ?? t("nobody")}</bdi> ·{" "}
            <time dateTime={entry.changedAt}>{format.moment(entry.changedAt)}</time> · {from}
          </Text>
        </div>
        {changes.length > 0 && (
          <Button
            size="xs"
            variant="default"
            flex="none"
            aria-expanded={isOpen}
            aria-label={`${t(isOpen ? "hide" : "show")}: ${act}${subject === null ? "" : ` ${subject}`}`}
            onClick={toggle}
          >
            {t(isOpen ? "hide" : "show")}
          </Button>
        )}
      </Group>
      {isOpen && <Changes changes={changes} />}
    </Paper>
  );
}

function Changes({ changes }: { readonly changes: readonly AuditChange[] }) {
  const t = useTexts(auditTexts);
  return (
    <Table mt="xs" fz="sm" layout="fixed" style={{ overflowWrap: "anywhere" }}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t("field")}</Table.Th>
          <Table.Th>{t("before")}</Table.Th>
          <Table.Th>{t("after")}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changes.map(({ path, from, to }) => (
          <Table.Tr key={path}>
            <Table.Td>{path}</Table.Td>
            <Table.Td dir="auto">{from ?? "–"}</Table.Td>
            <Table.Td dir="auto">{to ?? "–"}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
