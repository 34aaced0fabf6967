import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import { call } from "../../api/http.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { Loaded } from "../kit/settings-page.tsx";
import { useSave } from "../kit/use-save.ts";
import { ownKeys } from "../queries.ts";
import { Card } from "./card.tsx";
import { currentLoginQuery, type Device, devicesQuery } from "./queries.ts";
import { deviceName } from "./security.data.ts";
import { securityTexts } from "./texts.ts";

/** Where one is logged in: each can be ended, or all at once. */
export function DevicesCard() {
  const t = useTexts(securityTexts);
  const query = useQuery(devicesQuery);
  const { data: login } = useQuery(currentLoginQuery);
  const current = login?.session.token;
  const end = useSave(
    (token: string) => call("POST /api/auth/revoke-session", { body: { token } }),
    { stale: [ownKeys.devices], isQuiet: true },
  );
  const endOthers = useSave(() => call("POST /api/auth/revoke-other-sessions", { body: {} }), {
    stale: [ownKeys.devices],
    isQuiet: true,
  });
  const signOut = useMutation({
    mutationFn: () => call("POST /me/sign-out"),
    onSuccess: () => location.assign("/login"),
  });
  const error = end.error ?? endOthers.error ?? signOut.error;
  return (
    <Card title={t("devices")} text={t("devicesText")}>
      <Loaded query={query}>
        {(devices) => (
          <Stack gap="sm">
            {error !== null && <ProblemAlert error={error} />}
            <Stack component="ul" gap="sm" p={0} m={0} style={{ listStyle: "none" }}>
              {inOrder(devices, current).map((device) => (
                <DeviceRow
                  key={device.id}
                  device={device}
                  isCurrent={device.token === current}
                  onEnd={() => end.mutate(device.token)}
                />
              ))}
            </Stack>
            <Group>
              {devices.length > 1 && (
                <Button
                  variant="default"
                  loading={endOthers.isPending}
                  onClick={() => endOthers.mutate(undefined)}
                >
                  {t("signOutOthers")}
                </Button>
              )}
              <Button
                variant="default"
                loading={signOut.isPending}
                onClick={() => signOut.mutate()}
              >
                {t("signOutEverywhere")}
              </Button>
            </Group>
          </Stack>
        )}
      </Loaded>
    </Card>
  );
}

function DeviceRow(props: {
  readonly device: Device;
  readonly isCurrent: boolean;
  readonly onEnd: () => void;
}) {
  const t = useTexts(securityTexts);
  const format = useFormat();
  const { userAgent, ipAddress, createdAt } = props.device;
  const name = deviceName(userAgent) ?? t("unknownDevice");
  const from = ipAddress === null || ipAddress === "" ? "" : ` · ${ipAddress}`;
  return (
    <Group component="li" justify="space-between" wrap="nowrap">
      <div style={{ minWidth: 0 }}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {name}
          </Text>
          {props.isCurrent && <Badge variant="default">{t("thisDevice")}</Badge>}
        </Group>
        <Text size="xs" c="dimmed">
          <time dateTime={createdAt}>{t("since", { time: format.moment(createdAt) })}</time>
          {from}
        </Text>
      </div>
      {!props.isCurrent && (
        <Button
          size="xs"
          variant="default"
          flex="none"
          aria-label={`${t("signOutDevice")}: ${name}`}
          onClick={props.onEnd}
        >
          {t("signOutDevice")}
        </Button>
      )}
    </Group>
  );
}

/** This one first, then the newest. */
function inOrder(devices: readonly Device[], current: string | undefined): Device[] {
  const rank = ({ token }: Device) => (token === current ? 0 : 1);
  return [...devices].sort(
    (a, b) => rank(a) - rank(b) || Date.parse(b.createdAt) - Date.parse(a.createdAt),
  );
}
