import { ActionIcon, Menu, Text } from "@mantine/core";
import type { SessionDetail, SessionPerson } from "@punctual/contract";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { membersQuery, meQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { useMemberNames } from "./member-names.ts";
import { PanelSection } from "./panel-section.tsx";
import { panelTexts } from "./panel-texts.ts";
import type { SessionActMutation } from "./session-acts.ts";
import classes from "./thread.module.css";

/** Who helps in a session (`supporters`), or who watches it (`followers`). */
export function PeopleSection(props: {
  readonly part: "supporters" | "followers";
  readonly detail: SessionDetail;
  readonly act: SessionActMutation;
}) {
  const { part, detail, act } = props;
  const t = useTexts(panelTexts);
  const nameOf = useMemberNames();
  const { data: me } = useQuery(meQuery);
  const people: readonly SessionPerson[] = detail[part];
  const mayInvite = detail.may.includes("invite");
  return (
    <PanelSection title={t(part)} action={<AddPerson part={part} detail={detail} act={act} />}>
      {people.length === 0 && (
        <Text size="sm" c="dimmed">
          {t(part === "supporters" ? "noSupporters" : "noFollowers")}
        </Text>
      )}
      <ul className={classes.people}>
        {people.map(({ memberId }) => {
          const name = nameOf(memberId);
          return (
            <li key={memberId}>
              <Text size="sm" truncate title={name}>
                {name}
              </Text>
              {(mayInvite || memberId === me?.member.id) && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  aria-label={t("remove", { name })}
                  onClick={() => act.mutate({ route: `DELETE ${part}/${memberId}` })}
                >
                  <IconX size={14} aria-hidden />
                </ActionIcon>
              )}
            </li>
          );
        })}
      </ul>
    </PanelSection>
  );
}

function AddPerson(props: {
  readonly part: "supporters" | "followers";
  readonly detail: SessionDetail;
  readonly act: SessionActMutation;
}) {
  const { part, detail, act } = props;
  const t = useTexts(panelTexts);
  const { data: me } = useQuery(meQuery);
  const { data: members = [] } = useQuery(membersQuery);
  const taken = new Set(detail[part].map(({ memberId }) => memberId));
  const mayInvite = detail.may.includes("invite");
  const mayFollow = part === "followers" && detail.may.includes("follow");
  const choices = members.filter(
    ({ id, active }) =>
      active &&
      !taken.has(id) &&
      id !== detail.assigneeId &&
      (mayInvite || (mayFollow && id === me?.member.id)),
  );
  if (choices.length === 0) return null;
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t(part === "supporters" ? "addSupporter" : "addFollower")}
        >
          <IconPlus size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown mah={300} style={{ overflowY: "auto" }}>
        {choices.map(({ id, name }) => (
          <Menu.Item key={id} onClick={() => act.mutate({ route: `PUT ${part}/${id}` })}>
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
