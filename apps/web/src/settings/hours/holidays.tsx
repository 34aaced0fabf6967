import { Button, Group, Pill, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useLanguage } from "../../i18n/language.ts";
import { useTexts } from "../../i18n/texts.ts";
import { hoursTexts } from "./texts.ts";

/** Days on which the business is closed, in their order. */
export function Holidays(props: {
  readonly days: readonly string[];
  readonly isReadOnly: boolean;
  readonly onChange: (days: readonly string[]) => void;
}) {
  const t = useTexts(hoursTexts);
  const language = useLanguage();
  const { days, isReadOnly, onChange } = props;
  const [day, setDay] = useState("");
  const written = (date: string) =>
    new Intl.DateTimeFormat(language, { dateStyle: "medium", timeZone: "UTC" }).format(
      new Date(date),
    );
  return (
    <section aria-labelledby="holidays">
      <Text size="sm" fw={600} id="holidays">
        {t("holidays")}
      </Text>
      <Text size="xs" c="dimmed" mb={6}>
        {t("holidaysHint")}
      </Text>
      <Group gap={6} mb="xs">
        {days.map((date) => (
          <Pill
            key={date}
            size="md"
            withRemoveButton={!isReadOnly}
            onRemove={() => onChange(days.filter((each) => each !== date))}
            removeButtonProps={{
              "aria-label": t("removeHoliday", { day: written(date) }),
              tabIndex: 0,
              "aria-hidden": false,
            }}
          >
            {written(date)}
          </Pill>
        ))}
      </Group>
      {!isReadOnly && (
        <Group gap="xs">
          <TextInput
            type="date"
            aria-label={t("addHoliday")}
            value={day}
            onChange={(event) => setDay(event.currentTarget.value)}
          />
          <Button
            variant="default"
            disabled={day === "" || days.includes(day)}
            onClick={() => {
              onChange([...days, day].toSorted());
              setDay("");
            }}
          >
            {t("addHoliday")}
          </Button>
        </Group>
      )}
    </section>
  );
}
