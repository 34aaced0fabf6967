import { Table, Text, Title } from "@mantine/core";
import type { Wall } from "@punctual/contract";
import { Link } from "@tanstack/react-router";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import { wallTexts } from "./texts.ts";
import classes from "./wall.module.css";

/** Each way in, and how it stands there. */
export function ChannelTable({ channels }: { readonly channels: Wall["channels"] }) {
  const t = useTexts(wallTexts);
  const format = useFormat();
  return (
    <section aria-labelledby="wall-channels">
      <Title order={2} size="h4" mt="xl" mb="xs" id="wall-channels">
        {t("channels")}
      </Title>
      {channels.length === 0 ? (
        <Text c="dimmed">{t("noChannels")}</Text>
      ) : (
        <Table.ScrollContainer minWidth={520}>
          <Table verticalSpacing="xs" highlightOnHover aria-labelledby="wall-channels">
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t("channel")}</Table.Th>
                <Table.Th ta="end">{t("open")}</Table.Th>
                <Table.Th ta="end">{t("waiting")}</Table.Th>
                <Table.Th ta="end">{t("unassigned")}</Table.Th>
                <Table.Th ta="end">{t("dueSoon")}</Table.Th>
                <Table.Th ta="end">{t("overdue")}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {channels.map(({ channelId, name, ...counts }) => (
                <Table.Tr key={channelId}>
                  <Table.Td>
                    <Link
                      to="/inbox/$view"
                      params={{ view: "all" }}
                      search={{ channel: channelId }}
                      className={classes.name}
                      title={t("sessionsOf", { name })}
                    >
                      {name}
                    </Link>
                  </Table.Td>
                  <Table.Td ta="end">{format.number(counts.open)}</Table.Td>
                  <Table.Td ta="end">{format.number(counts.waiting)}</Table.Td>
                  <Table.Td ta="end">{format.number(counts.unassigned)}</Table.Td>
                  <Table.Td
                    ta="end"
                    className={classes.tone}
                    data-tone={counts.dueSoon > 0 ? "warning" : undefined}
                  >
                    {format.number(counts.dueSoon)}
                  </Table.Td>
                  <Table.Td
                    ta="end"
                    className={classes.tone}
                    data-tone={counts.overdue > 0 ? "overdue" : undefined}
                  >
                    {format.number(counts.overdue)}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </section>
  );
}
