import { ActionIcon, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import type { BusinessHours, Weekday } from "@punctual/contract";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useLanguage } from "../../i18n/language.ts";
import { useTexts } from "../../i18n/texts.ts";
import { DAYS, nextHours } from "./hours.data.ts";
import { hoursTexts } from "./texts.ts";

type Open = BusinessHours["weekdays"][Weekday];

interface RowProps {
  readonly day: Weekday;
  readonly open: Open;
  readonly isReadOnly: boolean;
  readonly error: string | null;
  readonly onChange: (open: Open) => void;
}

/** A day of the week: closed, or open from and until, once or several times. */
export function WeekdayRow({ day, open, isReadOnly, error, onChange }: RowProps) {
  const t = useTexts(hoursTexts);
  const name = useWeekdayName(day);
  const change = (at: number, more: Partial<Open[number]>) =>
    onChange(open.map((each, index) => (index === at ? { ...each, ...more } : each)));
  return (
    <Group align="flex-start" gap="md" role="group" aria-label={name}>
      <Text size="sm" fw={600} w={110} pt={7}>
        {name}
      </Text>
      <Stack gap={6} flex={1} miw={220}>
        {open.length === 0 && (
          <Text size="sm" c="dimmed" pt={7}>
            {t("closed")}
          </Text>
        )}
        {open.map(({ from, until }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: hours have no other name than their place
          <Group key={at} gap={6} wrap="nowrap">
            <TextInput
              aria-label={t("from", { day: name })}
              value={from}
              onChange={(event) => change(at, { from: event.currentTarget.value })}
              readOnly={isReadOnly}
              w={80}
              maxLength={5}
            />
            <span aria-hidden>–</span>
            <TextInput
              aria-label={t("to", { day: name })}
              value={until}
              onChange={(event) => change(at, { until: event.currentTarget.value })}
              readOnly={isReadOnly}
              w={80}
              maxLength={5}
            />
            {!isReadOnly && (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t("removeHours", { day: name })}
                onClick={() => onChange(open.filter((_, index) => index !== at))}
              >
                <IconX size={16} aria-hidden />
              </ActionIcon>
            )}
          </Group>
        ))}
        {error !== null && (
          <Text size="xs" c="var(--overdue)" role="alert">
            {error}
          </Text>
        )}
      </Stack>
      {!isReadOnly && (
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          aria-label={t("addHoursLabel", { day: name })}
          onClick={() => onChange(nextHours(open))}
        >
          {t("addHours")}
        </Button>
      )}
    </Group>
  );
}

function useWeekdayName(day: Weekday): string {
  const language = useLanguage();
  // 1 January 2024 was a Monday.
  const date = new Date(Date.UTC(2024, 0, 1 + DAYS.indexOf(day)));
  return new Intl.DateTimeFormat(language, { weekday: "long", timeZone: "UTC" }).format(date);
}
