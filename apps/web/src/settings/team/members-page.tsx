/** Settings → Members: who is there, what they may do, and how they get in. */
import { Button, Stack, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { membersQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { loginsQuery } from "../queries.ts";
import { InviteDialog } from "./invite-dialog.tsx";
import { MemberRow } from "./member-row.tsx";
import { teamTexts } from "./texts.ts";

export function MembersPage() {
  const t = useTexts(teamTexts);
  const may = useMay();
  const query = useQuery(membersQuery);
  const logins = useQuery({ ...loginsQuery, enabled: may("manageLoginsOfOthers") });
  const [isInviting, setInviting] = useState(false);
  const [sought, setSought] = useState("");
  return (
    <SettingsPage
      title={t("membersTitle")}
      description={t("membersAbout")}
      isReadOnly={!may("changeMembers")}
      action={
        may("addMembers") && (
          <Button
            leftSection={<IconPlus size={16} aria-hidden />}
            onClick={() => setInviting(true)}
          >
            {t("invite")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(members) => (
          <Stack gap="xs">
            {members.length > 8 && (
              <TextInput
                type="search"
                label={t("search")}
                value={sought}
                onChange={(event) => setSought(event.currentTarget.value)}
                maw={320}
              />
            )}
            {members
              .filter(({ name, email }) =>
                `${name} ${email}`.toLowerCase().includes(sought.trim().toLowerCase()),
              )
              .toSorted(
                (a, b) => Number(b.active) - Number(a.active) || a.name.localeCompare(b.name),
              )
              .map((member) => (
                <MemberRow
                  key={member.id}
                  member={member}
                  login={logins.data?.find(({ memberId }) => memberId === member.id)}
                />
              ))}
          </Stack>
        )}
      </Loaded>
      {isInviting && <InviteDialog onClose={() => setInviting(false)} />}
    </SettingsPage>
  );
}
