/** The messages of a session, with its contact's earlier ones above, and the composer below. */
import { Button, Text } from "@mantine/core";
import type { Message, Session, SessionDetail } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo, useRef, useState } from "react";
import { meQuery } from "../api/queries.ts";
import { useShortcuts } from "../app/shortcuts.ts";
import { useTexts } from "../i18n/texts.ts";
import { draftOf, saveDraft } from "./drafts.ts";
import { useEarlierSessions } from "./earlier-sessions.ts";
import { useMemberNames } from "./member-names.ts";
import { MessageList } from "./message-list.tsx";
import { MovedNotice } from "./moved-notice.tsx";
import { stillOutgoing } from "./outgoing.data.ts";
import type { RowContext } from "./row-view.tsx";
import { rowsOf } from "./rows.data.ts";
import type { SessionActMutation } from "./session-acts.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";
import { useOutgoing, useThread } from "./thread-hooks.ts";
import { useThreads } from "./threads-context.ts";
import { useTimeline } from "./timeline.ts";
import { useReading } from "./use-reading.ts";

const Composer = lazy(() => import("./composer.tsx"));

const dayOf = (at: string) => new Date(at).toDateString();

export function Conversation(props: {
  readonly view: string;
  readonly session: Session;
  readonly detail: SessionDetail | undefined;
  readonly act: SessionActMutation;
}) {
  const { view, session, detail, act } = props;
  const { id: sessionId, openedAt } = session;
  const t = useTexts(threadTexts);
  const { store } = useThreads();
  const { data: me } = useQuery(meQuery);
  const memberId = me?.member.id ?? "";
  const nameOf = useMemberNames();
  const thread = useThread(sessionId);
  const allOutgoing = useOutgoing(sessionId);
  const { entries } = useTimeline(sessionId);
  const earlier = useEarlierSessions(session);
  const input = useRef<HTMLTextAreaElement>(null);
  /** Somebody asked for it before it was loaded. */
  const wantsInput = useRef(false);
  const [isAtEnd, setAtEnd] = useState(false);
  useReading(session, isAtEnd);
  const canWrite = session.state === "open" && detail?.may.includes("sendMessage") === true;

  const rows = useMemo(() => {
    const outgoing = stillOutgoing(allOutgoing, thread.messages, memberId);
    const { sessions, hasMore: hasMoreSessions } = earlier;
    const shown = { sessionId, openedAt, thread, outgoing, acts: entries };
    return rowsOf({ ...shown, earlier: sessions, hasMoreSessions }, dayOf);
  }, [allOutgoing, earlier, entries, memberId, openedAt, sessionId, thread]);
  const byId = useMemo(() => {
    const all = [
      ...thread.messages,
      ...earlier.sessions.flatMap((each) => each.thread?.messages ?? []),
    ];
    return new Map(all.map((message) => [message.id, message]));
  }, [earlier.sessions, thread.messages]);
  const onReply = useCallback(
    ({ id }: Message) => {
      saveDraft(sessionId, { ...draftOf(sessionId), isNote: false, replyTo: id });
      input.current?.focus();
    },
    [sessionId],
  );
  const context = useMemo<RowContext>(
    () => ({
      memberId,
      nameOf,
      messageOf: (messageId) => byId.get(messageId),
      mayWrite: canWrite,
      onReply,
      toggle: earlier.toggle,
      moreSessions: earlier.loadMore,
    }),
    [byId, canWrite, earlier.loadMore, earlier.toggle, memberId, nameOf, onReply],
  );
  const write = (isNote: boolean) => {
    saveDraft(sessionId, { ...draftOf(sessionId), isNote });
    wantsInput.current = input.current === null;
    input.current?.focus();
  };
  const canNote = detail?.may.includes("writeNote") === true;
  useShortcuts(t("messages"), [
    ...(canWrite ? [{ key: "r", label: t("keyReply"), run: () => write(false) }] : []),
    ...(canNote ? [{ key: "n", label: t("keyNote"), run: () => write(true) }] : []),
  ]);
  const loadOlder = useCallback(() => void store.loadOlder(sessionId), [store, sessionId]);

  return (
    <>
      <MessageList rows={rows} context={context} onTop={loadOlder} onAtEnd={setAtEnd} />
      <MovedNotice session={session} memberId={memberId} detail={detail} act={act} />
      {session.state === "closed" && (
        <div className={classes.notice}>
          <Text size="sm">{t("closedSession")}</Text>
          {earlier.newestId === null
            ? detail?.may.includes("reopen") && (
                <Button size="compact-sm" onClick={() => act.mutate({ route: "POST reopen" })}>
                  {t("reopen")}
                </Button>
              )
            : newestLink(view, earlier.newestId, t("newerSession"))}
        </div>
      )}
      {session.state === "open" && detail !== undefined && !canWrite && (
        <div className={classes.notice}>
          <Text size="sm">{t("mayNotWrite")}</Text>
        </div>
      )}
      {(canWrite || canNote) && (
        <Suspense fallback={<div className={classes.composerToCome} />}>
          <Composer
            session={session}
            detail={detail}
            messages={thread.messages}
            input={input}
            wanted={wantsInput}
          />
        </Suspense>
      )}
    </>
  );
}

function newestLink(view: string, sessionId: string, label: string) {
  return (
    <Link to="/inbox/$view/$sessionId" params={{ view, sessionId }}>
      {label}
    </Link>
  );
}
