/** Settings → Presence: when members count as away, and what becomes of sessions of those who left. */
import { NumberInput, Radio, Stack, Switch } from "@mantine/core";
import type { PresenceSettings } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { useSave } from "../kit/use-save.ts";
import { presenceQuery } from "../queries.ts";
import { hoursTexts } from "./texts.ts";

const AT_FIRST_MINUTES = 15;

export function PresencePage() {
  const t = useTexts(hoursTexts);
  const query = useQuery(presenceQuery);
  const isReadOnly = !useMay()("changeSettings");
  return (
    <SettingsPage
      title={t("presenceTitle")}
      description={t("presenceAbout")}
      isReadOnly={isReadOnly}
    >
      <Loaded query={query}>
        {(settings) => <PresenceForm saved={settings} isReadOnly={isReadOnly} />}
      </Loaded>
    </SettingsPage>
  );
}

/** Each choice is saved as it is made. */
function PresenceForm(props: { readonly saved: PresenceSettings; readonly isReadOnly: boolean }) {
  const t = useTexts(hoursTexts);
  const { saved, isReadOnly } = props;
  const [minutes, setMinutes] = useState<number | string>(
    saved.autoAwayMinutes ?? AT_FIRST_MINUTES,
  );
  const save = useSave((body: PresenceSettings) => call("PUT /presence-settings", { body }), {
    stale: [keys.presenceSettings],
  });
  const shown = save.isPending ? save.variables : saved;
  const change = (more: Partial<PresenceSettings>) => save.mutate({ ...saved, ...more });
  return (
    <Stack gap="lg">
      <Radio.Group
        label={t("whenOffline")}
        value={shown.whenOffline}
        onChange={(value) => change({ whenOffline: value === "reassign" ? "reassign" : "keep" })}
      >
        <Stack gap="xs" mt="xs">
          <Radio value="keep" label={t("keep")} disabled={isReadOnly} />
          <Radio value="reassign" label={t("reassign")} disabled={isReadOnly} />
        </Stack>
      </Radio.Group>
      <Switch
        label={t("autoAway")}
        description={t("autoAwayHint")}
        checked={shown.autoAwayMinutes !== null}
        disabled={isReadOnly}
        onChange={(event) =>
          change({
            autoAwayMinutes: event.currentTarget.checked
              ? Number(minutes) || AT_FIRST_MINUTES
              : null,
          })
        }
      />
      {shown.autoAwayMinutes !== null && (
        <NumberInput
          label={t("autoAwayAfter")}
          min={1}
          max={1_440}
          allowDecimal={false}
          clampBehavior="blur"
          value={minutes}
          onChange={setMinutes}
          onBlur={() => {
            const whole = Number(minutes);
            if (whole >= 1 && whole !== saved.autoAwayMinutes) change({ autoAwayMinutes: whole });
          }}
          readOnly={isReadOnly}
          maw={200}
        />
      )}
      {save.error !== null && <ProblemAlert error={save.error} />}
    </Stack>
  );
}
