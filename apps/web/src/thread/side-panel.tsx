/** What else there is to know of a session: its deadlines, its contact, its people, and its timeline. */
import type { Session, SessionDetail } from "@punctual/contract";
import { useTexts } from "../i18n/texts.ts";
import { AboutSection } from "./about-section.tsx";
import { ContactSection } from "./contact-section.tsx";
import { DeadlinesSection } from "./deadlines-section.tsx";
import { panelTexts } from "./panel-texts.ts";
import { PeopleSection } from "./people-section.tsx";
import type { SessionActMutation } from "./session-acts.ts";
import classes from "./thread.module.css";
import { TimelineSection } from "./timeline-section.tsx";

export default function SidePanel(props: {
  readonly session: Session;
  readonly detail: SessionDetail | undefined;
  readonly act: SessionActMutation;
}) {
  const { session, detail, act } = props;
  const t = useTexts(panelTexts);
  return (
    <aside className={classes.panel} aria-label={t("details")}>
      <DeadlinesSection session={session} />
      <ContactSection key={session.contactId} contactId={session.contactId} />
      <AboutSection session={session} may={detail?.may ?? []} act={act} />
      {detail !== undefined && (
        <>
          <PeopleSection part="supporters" detail={detail} act={act} />
          <PeopleSection part="followers" detail={detail} act={act} />
        </>
      )}
      <TimelineSection sessionId={session.id} />
    </aside>
  );
}
