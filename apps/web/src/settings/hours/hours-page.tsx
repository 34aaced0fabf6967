/** Settings → Business hours: the week by the clock on the business's wall, and its holidays. */
import { Badge, Button, Group, Select, Stack, Switch } from "@mantine/core";
import type { BusinessHours, BusinessHoursView } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { uiTexts } from "../../ui/texts.ts";
import { LeaveGuard } from "../kit/leave-guard.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { errorAt, useSave } from "../kit/use-save.ts";
import { businessHoursQuery } from "../queries.ts";
import { Holidays } from "./holidays.tsx";
import { DAYS, officeHours, withDay } from "./hours.data.ts";
import { hoursTexts } from "./texts.ts";
import { WeekdayRow } from "./weekday-row.tsx";

export function HoursPage() {
  const t = useTexts(hoursTexts);
  const query = useQuery(businessHoursQuery);
  const isReadOnly = !useMay()("changeSettings");
  return (
    <SettingsPage
      title={t("title")}
      description={t("about")}
      isReadOnly={isReadOnly}
      action={query.data !== undefined && <OpenNow view={query.data} />}
    >
      <Loaded query={query}>
        {({ businessHours }) => (
          <HoursForm
            key={JSON.stringify(businessHours)}
            saved={businessHours}
            isReadOnly={isReadOnly}
          />
        )}
      </Loaded>
    </SettingsPage>
  );
}

function OpenNow({ view: { open, nextChangeAt } }: { readonly view: BusinessHoursView }) {
  const t = useTexts(hoursTexts);
  const format = useFormat();
  return (
    <Badge variant="default" size="lg" tt="none">
      {t(open ? "openNow" : "closedNow")}{" "}
      {nextChangeAt !== null && t("until", { time: format.moment(nextChangeAt) })}
    </Badge>
  );
}

function HoursForm(props: { readonly saved: BusinessHours | null; readonly isReadOnly: boolean }) {
  const t = useTexts(hoursTexts);
  const ui = useTexts(uiTexts);
  const { saved, isReadOnly } = props;
  const [hours, setHours] = useState(saved);
  const isDirty = JSON.stringify(hours) !== JSON.stringify(saved);
  const save = useSave(
    (businessHours: BusinessHours | null) =>
      call("PUT /business-hours", { body: { businessHours } }),
    { stale: [keys.businessHours] },
  );
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <Stack>
      <LeaveGuard isDirty={isDirty && !save.isSuccess} />
      <Switch
        label={t("always")}
        description={t("alwaysHint")}
        checked={hours === null}
        disabled={isReadOnly}
        onChange={(event) =>
          setHours(event.currentTarget.checked ? null : (saved ?? officeHours(zone)))
        }
      />
      {hours !== null && (
        <>
          <Select
            label={t("timeZone")}
            data={[...new Set([hours.timeZone, "UTC", ...Intl.supportedValuesOf("timeZone")])]}
            value={hours.timeZone}
            onChange={(timeZone) => timeZone !== null && setHours({ ...hours, timeZone })}
            searchable
            allowDeselect={false}
            readOnly={isReadOnly}
            error={errorAt(save.error, "businessHours.timeZone")}
            maw={320}
          />
          {DAYS.map((day) => (
            <WeekdayRow
              key={day}
              day={day}
              open={hours.weekdays[day]}
              isReadOnly={isReadOnly}
              error={errorAt(save.error, `businessHours.weekdays.${day}`)}
              onChange={(open) => setHours(withDay(hours, day, open))}
            />
          ))}
          <Holidays
            days={hours.holidays}
            isReadOnly={isReadOnly}
            onChange={(holidays) => setHours({ ...hours, holidays: [...holidays] })}
          />
        </>
      )}
      {save.error !== null && <ProblemAlert error={save.error} />}
      {!isReadOnly && (
        <Group>
          <Button disabled={!isDirty} loading={save.isPending} onClick={() => save.mutate(hours)}>
            {ui("save")}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
