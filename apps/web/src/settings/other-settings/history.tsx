import { Badge, Button, Group, List, Paper, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { membersQuery } from "../../api/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { Loaded } from "../kit/settings-page.tsx";
import type { ClockFields } from "./clock-fields.data.ts";
import { useClock } from "./clock-form-context.ts";
import { versionsQuery } from "./clock-queries.ts";
import { DEFAULT_CLOCK } from "./default-clock.ts";
import { useChangeInWords } from "./field-words.ts";
import { type HistoryEntry, historyOf } from "./history.data.ts";
import { otherTexts } from "./texts.ts";
import type { SavedClock } from "./use-clock-form.ts";

const SHOWN_AT_FIRST = 5;
const NOTHING_OWN = { closure: null, reassign: null, reply: null };

/** Every saved version, newest first: who, when, what changed in words, and the way back to it. */
export function History(props: {
  readonly saved: SavedClock;
  readonly onGoBack: (fields: ClockFields, version: number) => void;
}) {
  const t = useTexts(otherTexts);
  const { channelId } = useClock();
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  const query = useQuery(versionsQuery(channelId));
  const before = channelId === null ? DEFAULT_CLOCK : NOTHING_OWN;
  return (
    <section aria-labelledby="clock-history">
      <Title order={2} size="h5" id="clock-history" mb="sm">
        {t("history")}
      </Title>
      <Loaded query={query}>
        {(versions) =>
          versions.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("historyEmpty")}
            </Text>
          ) : (
            <Stack gap="xs" align="stretch">
              {historyOf(versions, before, props.saved.inherited)
                .slice(0, shown)
                .map((entry, index) => (
                  <Entry
                    key={entry.version}
                    entry={entry}
                    isNewest={index === 0}
                    onGoBack={() => props.onGoBack(entry.fields, entry.version)}
                  />
                ))}
              {versions.length > shown && (
                <Button variant="default" onClick={() => setShown(shown + 20)}>
                  {t("showMore")}
                </Button>
              )}
            </Stack>
          )
        }
      </Loaded>
    </section>
  );
}

function Entry(props: {
  readonly entry: HistoryEntry;
  readonly isNewest: boolean;
  readonly onGoBack: () => void;
}) {
  const t = useTexts(otherTexts);
  const format = useFormat();
  const inWords = useChangeInWords();
  const { isReadOnly } = useClock();
  const { data: members } = useQuery(membersQuery);
  const { version, savedAt, savedBy, changes, isFromNextMessage } = props.entry;
  const who =
    savedBy === null
      ? t("byNobody")
      : (members?.find(({ id }) => id === savedBy)?.name ?? t("somebody"));
  return (
    <Paper withBorder p="sm" data-version={version}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {t("version", { version })}
            </Text>
            {props.isNewest && <Badge variant="default">{t("inForce")}</Badge>}
            <Text size="xs" c="dimmed">
              {who} · <time dateTime={savedAt}>{format.moment(savedAt)}</time>
              {isFromNextMessage && ` · ${t("appliedNext")}`}
            </Text>
          </Group>
          {changes.length === 0 ? (
            <Text size="sm" c="dimmed">
              {t("unchanged")}
            </Text>
          ) : (
            <List size="sm" mt={4} style={{ overflowWrap: "anywhere" }}>
              {changes.map((change) => (
                <List.Item key={change.field}>{inWords(change)}</List.Item>
              ))}
            </List>
          )}
        </div>
        {!props.isNewest && !isReadOnly && (
          <Button
            size="xs"
            variant="default"
            style={{ flex: "none" }}
            aria-label={t("goBackLabel", { version })}
            onClick={props.onGoBack}
          >
            {t("goBack")}
          </Button>
        )}
      </Group>
    </Paper>
  );
}
