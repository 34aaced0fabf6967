import { Avatar, Group, Indicator, Table, Text, Title } from "@mantine/core";
import type { Wall } from "@punctual/contract";
import { Link } from "@tanstack/react-router";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { useNow } from "../ui/now.ts";
import { wallTexts } from "./texts.ts";
import classes from "./wall.module.css";

type WallMember = Wall["members"][number];

const COLOURS = { available: "green", away: "yellow", offline: "gray" } as const;

/** Everybody who works here, those whose customers wait longest first. */
export function AgentTable({ members }: { readonly members: readonly WallMember[] }) {
  const t = useTexts(wallTexts);
  const sorted = members.toSorted((a, b) => urgency(a) - urgency(b) || (a.name < b.name ? -1 : 1));
  return (
    <section aria-labelledby="wall-agents">
      <Title order={2} size="h4" mt="xl" mb="xs" id="wall-agents">
        {t("agents")}
      </Title>
      {members.length === 0 ? (
        <Text c="dimmed">{t("noAgents")}</Text>
      ) : (
        <Table.ScrollContainer minWidth={620}>
          <Table verticalSpacing="xs" highlightOnHover aria-labelledby="wall-agents">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("agent")}</Table.Th>
                <Table.Th>{t("status")}</Table.Th>
                <Table.Th ta="end">{t("holding")}</Table.Th>
                <Table.Th ta="end">{t("waiting")}</Table.Th>
                <Table.Th ta="end">{t("dueSoon")}</Table.Th>
                <Table.Th ta="end">{t("overdue")}</Table.Th>
                <Table.Th ta="end">{t("nextDeadline")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {sorted.map((member) => (
                <Row key={member.memberId} member={member} />
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}

/** Overdue before waiting before idle. */
function urgency({ overdue, longestWaitSince }: WallMember): number {
  if (overdue > 0) return 0;
  return longestWaitSince === null ? Number.MAX_SAFE_INTEGER : Date.parse(longestWaitSince);
}

function Row({ member }: { readonly member: WallMember }) {
  const t = useTexts(wallTexts);
  const format = useFormat();
  const { memberId, name, status, online, holding, capacity } = member;
  const count = format.number(holding);
  return (
    <Table.Tr>
      <Table.Td>
        <Link
          to="/inbox/$view"
          params={{ view: "all" }}
          search={{ assignee: memberId }}
          className={classes.name}
          title={t("sessionsOf", { name })}
        >
          <Group gap="xs" wrap="nowrap">
            <Indicator color={COLOURS[status]} size={9} offset={3} position="bottom-end">
              <Avatar name={name} color="initials" size="sm" aria-hidden />
            </Indicator>
            {name}
          </Group>
        </Link>
      </Table.Td>
      <Table.Td>
        {t(status)}
        {status === "available" && !online && (
          <Text size="xs" c="dimmed">
            {t("notConnected")}
          </Text>
        )}
      </Table.Td>
      <Table.Td ta="end">
        {capacity === null ? count : t("holdingOf", { count, capacity: format.number(capacity) })}
      </Table.Td>
      <Table.Td ta="end">{format.number(member.waiting)}</Table.Td>
      <Table.Td
        ta="end"
        className={classes.tone}
        data-tone={member.dueSoon > 0 ? "warning" : undefined}
      >
        {format.number(member.dueSoon)}
      </Table.Td>
      <Table.Td
        ta="end"
        className={classes.tone}
        data-tone={member.overdue > 0 ? "overdue" : undefined}
      >
        {format.number(member.overdue)}
      </Table.Td>
      <Table.Td ta="end">
        {member.nextReplyDueAt !== null && <TimeUntil at={member.nextReplyDueAt} />}
      </Table.Td>
    </Table.Tr>
  );
}

function TimeUntil({ at }: { readonly at: string }) {
  const format = useFormat();
  return format.duration(Math.max(0, Date.parse(at) - useNow()));
}
