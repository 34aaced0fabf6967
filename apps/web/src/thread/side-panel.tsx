/** What else there is to know of a session: its deadlines, its contact, its people, and its timeline. */
import type { Session, SessionDetail } from "@punctual/contract";
import { useTexts } from "../i18n/texts.ts";
import { DeadlinesSection } from "./deadlines-section.tsx";
import { panelTexts } from "./panel-texts.ts";
import type { SessionActMutation } from "./session-acts.ts";
import classes from "./thread.module.css";
import { TimelineSection } from "./timeline-section.tsx";

export default function SidePanel(props: {
  readonly session: Session;
  readonly detail: SessionDetail | undefined;
  readonly act: SessionActMutation;
}) {
  const { session } = props;
  const t = useTexts(panelTexts);
  return (
    <aside className={classes.panel} aria-label={t("details")}>
      <DeadlinesSection session={session} />
      <TimelineSection sessionId={session.id} />
    </aside>
  );
}
