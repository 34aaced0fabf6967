import { Avatar, Badge, Group, Paper, Text } from "@mantine/core";
import type { Login, Member } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { meQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { useMay } from "../kit/use-may.ts";
import { MemberActs } from "./member-acts.tsx";
import { teamTexts } from "./texts.ts";

/** A member: role, load, how they get in, and what an admin may do. */
export function MemberRow(props: { readonly member: Member; readonly login: Login | undefined }) {
  const t = useTexts(teamTexts);
  const may = useMay();
  const { data: me } = useQuery(meQuery);
  const { member, login } = props;
  const { name, email, role, active, openSessions: count, capacity } = member;
  const isMe = member.id === me?.member.id;
  const load = capacity === null ? t("holding", { count }) : t("ofCapacity", { count, capacity });
  return (
    <Paper withBorder p="sm" data-member={name}>
      <Group wrap="nowrap" gap="sm">
        <Avatar name={name} radius="xl" aria-hidden visibleFrom="xs" />
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group gap={6}>
            <Text size="sm" fw={600} truncate title={name} dir="auto" maw={260}>
              {name}
              {isMe && ` (${t("you")})`}
            </Text>
            <Badge variant="default" tt="none">
              {t(role)}
            </Badge>
            {!active && (
              <Badge variant="default" tt="none">
                {t("inactive")}
              </Badge>
            )}
            {active && !member.hasLogin && (
              <Badge variant="default" tt="none">
                {t(invitationWord(login))}
              </Badge>
            )}
          </Group>
          <Text size="xs" c="dimmed" truncate title={email}>
            {email}
          </Text>
          <Text size="xs" c="dimmed">
            {[
              load,
              login !== undefined && login.signedIn > 0 && t("devices", { count: login.signedIn }),
              login?.twoFactor === true && t("twoFactor"),
            ]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </div>
        {may("changeMembers") && <MemberActs member={member} login={login} isMe={isMe} />}
      </Group>
    </Paper>
  );
}

function invitationWord(login: Login | undefined): "pending" | "expired" | "noLogin" {
  const state = login?.invitation?.state;
  return state === "pending" || state === "expired" ? state : "noLogin";
}
