import { Button, Text } from "@mantine/core";
import type { Session, SessionDetail } from "@punctual/contract";
import { IconUserShare } from "@tabler/icons-react";
import { useRef } from "react";
import { useTexts } from "../i18n/texts.ts";
import { useMemberNames } from "./member-names.ts";
import type { SessionActMutation } from "./session-acts.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";

/** Says that the session went from the viewer to somebody else while they had it open. */
export function MovedNotice(props: {
  readonly session: Session;
  readonly memberId: string;
  readonly detail: SessionDetail | undefined;
  readonly act: SessionActMutation;
}) {
  const { session, memberId, detail, act } = props;
  const t = useTexts(threadTexts);
  const nameOf = useMemberNames();
  const wasMine = useRef(false);
  if (session.assigneeId === memberId) wasMine.current = true;
  if (!wasMine.current || session.assigneeId === memberId || session.state === "closed")
    return null;
  const follows = detail?.followers.some((person) => person.memberId === memberId) === true;
  const mayFollow = detail?.may.includes("follow") === true && !follows;
  return (
    <div className={classes.notice} role="status">
      <IconUserShare size={18} aria-hidden />
      <Text size="sm" fw={600}>
        {session.assigneeId === null
          ? t("movedToNobody")
          : t("movedAway", { name: nameOf(session.assigneeId) })}
      </Text>
      {mayFollow && (
        <Button
          size="compact-sm"
          variant="light"
          onClick={() => act.mutate({ route: `PUT followers/${memberId}` })}
        >
          {t("follow")}
        </Button>
      )}
    </div>
  );
}
