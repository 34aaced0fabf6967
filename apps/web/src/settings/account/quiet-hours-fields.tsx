import { Button, Chip, Group, Select, Stack, Switch, Text, TextInput } from "@mantine/core";
import type { QuietHours } from "@punctual/contract";
import { useState } from "react";
import { useLanguage } from "../../i18n/language.ts";
import { useTexts } from "../../i18n/texts.ts";
import { uiTexts } from "../../ui/texts.ts";
import { errorAt } from "../kit/use-save.ts";
import { accountTexts } from "./texts.ts";

const WEEK = [1, 2, 3, 4, 5, 6, 7];

/** Hours of the day at which nothing leaves for this member. */
export function QuietHoursFields(props: {
  readonly saved: QuietHours | null;
  readonly error: Error | null;
  readonly onChange: (hours: QuietHours | null) => void;
}) {
  const t = useTexts(accountTexts);
  const ui = useTexts(uiTexts);
  const language = useLanguage();
  const { saved, error, onChange } = props;
  const [hours, setHours] = useState<QuietHours>(saved ?? atNight());
  const dayName = (day: number) =>
    new Intl.DateTimeFormat(language, { weekday: "short", timeZone: "UTC" }).format(
      new Date(Date.UTC(2024, 0, day)),
    );
  return (
    <Stack gap="sm">
      <Switch
        label={t("quiet")}
        description={t("quietHint")}
        checked={saved !== null}
        onChange={(event) => onChange(event.currentTarget.checked ? hours : null)}
      />
      {saved !== null && (
        <>
          <Group align="flex-start">
            {(["from", "until"] as const).map((name) => (
              <TextInput
                key={name}
                type="time"
                label={t(name === "from" ? "quietFrom" : "quietUntil")}
                value={hours[name]}
                onChange={(event) => setHours({ ...hours, [name]: event.currentTarget.value })}
                error={errorAt(error, `quietHours.${name}`)}
              />
            ))}
            <Select
              label={t("timeZone")}
              data={[...new Set([hours.timeZone, "UTC", ...Intl.supportedValuesOf("timeZone")])]}
              value={hours.timeZone}
              onChange={(timeZone) => timeZone !== null && setHours({ ...hours, timeZone })}
              searchable
              allowDeselect={false}
            />
          </Group>
          <fieldset style={{ border: "none", margin: 0, padding: 0 }}>
            <Text component="legend" size="sm" fw={600} mb={4}>
              {t("quietDays")}
            </Text>
            <Chip.Group
              multiple
              value={hours.days.map(String)}
              onChange={(days) => setHours({ ...hours, days: days.map(Number).toSorted() })}
            >
              <Group gap={6}>
                {WEEK.map((day) => (
                  <Chip key={day} value={String(day)} size="sm">
                    {dayName(day)}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          </fieldset>
          <Group>
            <Button
              variant="default"
              disabled={JSON.stringify(hours) === JSON.stringify(saved)}
              onClick={() => onChange(hours)}
            >
              {ui("save")}
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}

function atNight(): QuietHours {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { timeZone, days: [...WEEK], from: "22:00", until: "07:00" };
}
