/** Settings → Security: the member's own password, second factor and devices. */
import { Button, Group, Paper, PasswordInput, Stack, Text, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useId } from "react";
import { call } from "../../api/http.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { showDone } from "../../ui/toast.ts";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useSave } from "../kit/use-save.ts";
import { ownKeys } from "../queries.ts";
import { deviceName } from "./device.data.ts";
import { SecondFactor } from "./second-factor.tsx";
import { accountTexts } from "./texts.ts";

interface Device {
  readonly id: string;
  readonly token: string;
  readonly userAgent: string | null;
  readonly ipAddress: string | null;
  readonly createdAt: string;
}

export function SecurityPage() {
  const t = useTexts(accountTexts);
  return (
    <SettingsPage title={t("securityTitle")} description={t("securityAbout")}>
      <Section title={t("password")}>
        <PasswordForm />
      </Section>
      <Section title={t("factor")} about={t("factorAbout")}>
        <SecondFactor />
      </Section>
      <Section title={t("devices")}>
        <Devices />
      </Section>
    </SettingsPage>
  );
}

function Section(props: {
  readonly title: string;
  readonly about?: string;
  readonly children: ReactNode;
}) {
  const id = useId();
  return (
    <Paper component="section" withBorder p="lg" aria-labelledby={id}>
      <Title order={2} size="h5" id={id} mb="xs">
        {props.title}
      </Title>
      {props.about !== undefined && (
        <Text size="sm" c="dimmed" mb="md">
          {props.about}
        </Text>
      )}
      {props.children}
    </Paper>
  );
}

function PasswordForm() {
  const t = useTexts(accountTexts);
  const form = useForm({ initialValues: { currentPassword: "", newPassword: "" } });
  const save = useSave(
    (values: typeof form.values) =>
      call("POST /api/auth/change-password", { body: { ...values, revokeOtherSessions: true } }),
    {
      stale: [ownKeys.devices],
      isQuiet: true,
      onDone: () => {
        form.reset();
        void showDone(t("passwordChanged"));
      },
    },
  );
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack maw={340}>
        <PasswordInput
          label={t("currentPassword")}
          autoComplete="current-password"
          {...form.getInputProps("currentPassword")}
        />
        <PasswordInput
          label={t("newPassword")}
          description={t("newPasswordHint")}
          autoComplete="new-password"
          {...form.getInputProps("newPassword")}
        />
        {save.error !== null && <ProblemAlert error={save.error} />}
        <Group>
          <Button
            type="submit"
            loading={save.isPending}
            disabled={form.values.currentPassword === "" || form.values.newPassword.length < 10}
          >
            {t("changePassword")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Devices() {
  const t = useTexts(accountTexts);
  const format = useFormat();
  const query = useQuery({
    queryKey: ownKeys.devices,
    queryFn: async () => {
      const [all, own] = await Promise.all([
        call<Device[]>("GET /api/auth/list-sessions"),
        call<{ session?: { id: string } } | null>("GET /api/auth/get-session"),
      ]);
      return { all, ownId: own?.session?.id };
    },
    staleTime: 0,
  });
  const signOut = useSave(
    (token: string | null) =>
      token === null
        ? call("POST /api/auth/revoke-other-sessions", { body: {} })
        : call("POST /api/auth/revoke-session", { body: { token } }),
    { stale: [ownKeys.devices] },
  );
  return (
    <Loaded query={query}>
      {({ all, ownId }) => (
        <Stack gap="sm">
          {all.map(({ id, token, userAgent, ipAddress, createdAt }) => {
            const device = deviceName(userAgent) ?? t("unknownDevice");
            return (
              <Group key={id} justify="space-between" wrap="nowrap">
                <div>
                  <Text size="sm" fw={600}>
                    {device}
                    {id === ownId && ` (${t("thisDevice")})`}
                  </Text>
                  <Text size="xs" c="dimmed">
                    {t("lastUsed", { time: format.moment(createdAt) })}
                    {ipAddress ? ` · ${ipAddress}` : ""}
                  </Text>
                </div>
                {id !== ownId && (
                  <Button
                    size="xs"
                    variant="default"
                    style={{ flex: "none" }}
                    aria-label={t("signOutDeviceLabel", { device })}
                    onClick={() => signOut.mutate(token)}
                  >
                    {t("signOutDevice")}
                  </Button>
                )}
              </Group>
            );
          })}
          {signOut.error !== null && <ProblemAlert error={signOut.error} />}
          {all.length > 1 && (
            <Group>
              <Button variant="default" onClick={() => signOut.mutate(null)}>
                {t("signOutOthers")}
              </Button>
            </Group>
          )}
        </Stack>
      )}
    </Loaded>
  );
}
