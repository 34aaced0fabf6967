/**
 * What must not be missed while it happens: a toast, a sound, the number in the tab's title, the desktop's
 * own notification while nobody looks. What no longer holds goes away by itself.
 */
import { Notifications, notifications as toasts } from "@mantine/notifications";
import "@mantine/notifications/styles.css";
import type { Notification } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useTexts } from "../i18n/texts.ts";
import { useRealtime } from "../realtime/realtime.tsx";
import classes from "./alerts.module.css";
import { isPressing, notificationWords } from "./notification-words.ts";
import { browserAlerts } from "./preferences.ts";
import { notificationsQuery, useMarkRead } from "./queries.ts";
import { playAlert } from "./sound.ts";
import { alertTexts } from "./texts.ts";
import { ToastBody } from "./toast-body.tsx";

const PASSING_MS = 8_000;

export function Alerts() {
  const t = useTexts(alertTexts);
  const navigate = useNavigate();
  const { listen } = useRealtime();
  const { mutate: markRead } = useMarkRead();
  const { data } = useQuery(notificationsQuery);
  const unread = data?.unread ?? 0;

  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Punctual` : "Punctual";
  }, [unread]);

  useEffect(() => {
    const open = ({ id, sessionId }: Notification) => {
      window.focus();
      toasts.hide(id);
      markRead({ id });
      void navigate({ to: "/inbox/$view/$sessionId", params: { view: "all", sessionId } });
    };
    const show = (notification: Notification) => {
      const words = notificationWords(notification, t);
      toasts.show({
        id: notification.id,
        title: words.title,
        message: <ToastBody notification={notification} onOpen={() => open(notification)} />,
        color: COLOURS[notification.kind] ?? "accent",
        autoClose: isPressing(notification) ? false : PASSING_MS,
        closeButtonProps: { "aria-label": t("dismiss") },
      });
      if (browserAlerts().sound) playAlert(isPressing(notification));
      showOnDesktop(notification, words, () => open(notification));
    };
    return listen(({ type, payload }) => {
      if (type === "notification.created") show(payload);
      if (type === "notification.withdrawn") toasts.hide(payload.id);
      if (type === "notification.read") for (const id of payload.ids) toasts.hide(id);
    });
  }, [listen, markRead, navigate, t]);

  return <Notifications position="bottom-left" className={classes.toasts} limit={5} />;
}

const COLOURS: Readonly<Record<string, string>> = {
  warning: "yellow",
  overdue: "red",
  sendFailed: "red",
  sendLate: "yellow",
};

/** Only while nobody looks at the page; a click leads to the session. */
function showOnDesktop(
  { id }: Notification,
  { title, sentence }: { readonly title: string; readonly sentence: string },
  onClick: () => void,
): void {
  if (!browserAlerts().desktop || document.visibilityState === "visible") return;
  if (!("Notification" in window) || window.Notification.permission !== "granted") return;
  const shown = new window.Notification(title, { body: sentence, tag: id });
  shown.addEventListener("click", onClick);
}
