/** One conversation: what was written, where to answer, and why the clock does what it does. */
import { Center, Loader, Text } from "@mantine/core";
import type { Session, SessionDetail } from "@punctual/contract";
import { useParams } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { ApiProblem } from "../api/http.ts";
import { useShortcuts } from "../app/shortcuts.ts";
import { useTexts } from "../i18n/texts.ts";
import { useSession } from "../sessions/session-hooks.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { Conversation } from "./conversation.tsx";
import { type SessionActMutation, useSessionAct } from "./session-acts.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";
import { type Dialog, ThreadHeader } from "./thread-header.tsx";
import { useSessionDetail } from "./thread-hooks.ts";

const CloseDialog = lazy(() => import("./close-dialog.tsx"));
const AssignDialog = lazy(() => import("./assign-dialog.tsx"));
const SidePanel = lazy(() => import("./side-panel.tsx"));

const PANEL_KEPT_AS = "punctual-details";
const WIDE = "(min-width: 80em)";

export function ThreadPage() {
  const { view, sessionId } = useParams({ from: "/signed-in/inbox/$view/$sessionId" });
  return <OneThread key={sessionId} view={view} sessionId={sessionId} />;
}

function OneThread({ view, sessionId }: { readonly view: string; readonly sessionId: string }) {
  const t = useTexts(threadTexts);
  const { data: detail, error, refetch } = useSessionDetail(sessionId);
  const known = useSession(sessionId);
  const act = useSessionAct(sessionId);
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const [hasDetails, setDetails] = useState(opensWithDetails);
  useActKeys(known, detail?.may ?? [], act, setDialog);
  // The list's is kept true by every event, the other is asked again after one.
  const session: Session | undefined = known ?? detail;
  const isOutOfSight = error instanceof ApiProblem && error.code === "session_not_found";
  if (session === undefined) {
    if (isOutOfSight) return <Center h="100%">{t("outOfSight")}</Center>;
    if (error !== null) return <ProblemAlert error={error} onRetry={() => void refetch()} />;
    return (
      <Center h="100%">
        <Loader size="sm" />
      </Center>
    );
  }
  const toggleDetails = () => {
    localStorage.setItem(PANEL_KEPT_AS, String(!hasDetails));
    setDetails(!hasDetails);
  };
  const close = () => setDialog(null);
  return (
    <div className={classes.page} data-details={hasDetails || undefined}>
      <div className={classes.main}>
        <ThreadHeader
          view={view}
          session={session}
          detail={detail}
          act={act}
          hasDetails={hasDetails}
          toggleDetails={toggleDetails}
          open={setDialog}
        />
        {session.parked !== null && (
          <Text className={classes.notice}>{t("parked", { reason: session.parked.error })}</Text>
        )}
        <Conversation view={view} session={session} detail={detail} act={act} />
      </div>
      <Suspense fallback={null}>
        {hasDetails && <SidePanel session={session} detail={detail} act={act} />}
        {dialog === "close" && <CloseDialog session={session} onClose={close} />}
        {dialog === "assign" && <AssignDialog session={session} onClose={close} />}
      </Suspense>
    </div>
  );
}

/** Keys for what is done most often to a session. */
function useActKeys(
  session: Session | undefined,
  may: SessionDetail["may"],
  act: SessionActMutation,
  open: (dialog: Dialog) => void,
): void {
  const t = useTexts(threadTexts);
  const isOpen = session?.state === "open";
  const canTake = isOpen && session.assigneeId === null && may.includes("take");
  useShortcuts(t("session"), [
    ...(isOpen && may.includes("close")
      ? [{ key: "e", label: t("keyDone"), run: () => open("close") }]
      : []),
    ...(isOpen && may.includes("assign")
      ? [{ key: "a", label: t("keyAssign"), run: () => open("assign") }]
      : []),
    ...(canTake
      ? [{ key: "t", label: t("keyTake"), run: () => act.mutate({ route: "POST take" }) }]
      : []),
  ]);
}

/** On a small screen details are a step of their own. */
function opensWithDetails(): boolean {
  return matchMedia(WIDE).matches && localStorage.getItem(PANEL_KEPT_AS) !== "false";
}
