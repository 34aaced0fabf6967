/** Settings → Notifications: what reaches the member, when not, and what this browser does. */
import { Checkbox, Paper, Stack, Switch, Table, Text, Title } from "@mantine/core";
import type { AlertPreferences } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { chooseBrowserAlerts, useBrowserAlerts } from "../../alerts/preferences.ts";
import { call } from "../../api/http.ts";
import { meQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useSave } from "../kit/use-save.ts";
import { ownKeys, preferencesQuery } from "../queries.ts";
import { QuietHoursFields } from "./quiet-hours-fields.tsx";
import { accountTexts } from "./texts.ts";

type Kind = keyof AlertPreferences["kinds"];
const MEDIA = ["push", "email"] as const;

export function AlertsPage() {
  const t = useTexts(accountTexts);
  const query = useQuery(preferencesQuery);
  return (
    <SettingsPage title={t("alertsTitle")} description={t("alertsAbout")}>
      <Loaded query={query}>{({ preferences }) => <Matrix saved={preferences} />}</Loaded>
      <ThisBrowser />
    </SettingsPage>
  );
}

/** Each choice is saved as it is made. */
function Matrix({ saved }: { readonly saved: AlertPreferences }) {
  const t = useTexts(accountTexts);
  const { data: me } = useQuery(meQuery);
  const save = useSave(
    (body: AlertPreferences) => call("PUT /me/notification-preferences", { body }),
    { stale: [ownKeys.preferences] },
  );
  const shown = save.isPending ? save.variables : saved;
  const kinds = Object.keys(shown.kinds) as Kind[];
  const change = (kind: Kind, medium: "push" | "email", wanted: boolean) => {
    const row = { ...shown.kinds[kind], [medium]: wanted };
    save.mutate({ ...shown, kinds: { ...shown.kinds, [kind]: row } });
  };
  return (
    <Stack>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t("kind")}</Table.Th>
            {MEDIA.map((medium) => (
              <Table.Th key={medium}>{t(medium)}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {kinds.map((kind) => (
            <Table.Tr key={kind}>
              <Table.Td>{t(`kind_${kind}`)}</Table.Td>
              {MEDIA.map((medium) => (
                <Table.Td key={medium}>
                  <Checkbox
                    aria-label={`${t(`kind_${kind}`)}: ${t(medium)}`}
                    checked={shown.kinds[kind][medium]}
                    onChange={(event) => change(kind, medium, event.currentTarget.checked)}
                  />
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {me?.server.sendsEmail === false && (
        <Text size="xs" c="dimmed">
          {t("noEmail")}
        </Text>
      )}
      <QuietHoursFields
        saved={shown.quietHours}
        error={save.error}
        onChange={(quietHours) => save.mutate({ ...shown, quietHours })}
      />
      {save.error !== null && <ProblemAlert error={save.error} />}
    </Stack>
  );
}

function ThisBrowser() {
  const t = useTexts(accountTexts);
  const { sound, desktop } = useBrowserAlerts();
  const hasSystem = "Notification" in window;
  const isBlocked = hasSystem && window.Notification.permission === "denied";
  const chooseDesktop = async (wanted: boolean) => {
    const answer = wanted ? await window.Notification.requestPermission() : "granted";
    chooseBrowserAlerts({ desktop: wanted && answer === "granted" });
  };
  return (
    <Paper component="section" withBorder p="lg" aria-labelledby="browser">
      <Title order={2} size="h5" id="browser" mb="sm">
        {t("browser")}
      </Title>
      <Stack gap="sm">
        <Switch
          label={t("sound")}
          checked={sound}
          onChange={(event) => chooseBrowserAlerts({ sound: event.currentTarget.checked })}
        />
        <Switch
          label={t("desktop")}
          description={isBlocked ? t("desktopBlocked") : undefined}
          checked={desktop}
          disabled={!hasSystem || isBlocked}
          onChange={(event) => void chooseDesktop(event.currentTarget.checked)}
        />
      </Stack>
    </Paper>
  );
}
