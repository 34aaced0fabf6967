import { Button, Group, Text } from "@mantine/core";
import { useTexts } from "../i18n/texts.ts";
import { DeliveryMark } from "./delivery-mark.tsx";
import { MessageText } from "./message-content.tsx";
import type { Outgoing } from "./outgoing.data.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";
import { useThreads } from "./threads-context.ts";

/** What was written here and the server hasn't got yet, or has refused. */
export function OutgoingBubble({ item }: { readonly item: Outgoing }) {
  const t = useTexts(threadTexts);
  const { outgoing } = useThreads();
  const { body, state, problem, key, label } = item;
  return (
    <article
      className={classes.message}
      data-kind={body.type === "note" ? "note" : "agent"}
      data-outgoing={state}
    >
      <div className={classes.bubbleLine}>
        <div className={classes.bubble}>
          {body.type === "text" || body.type === "note" ? (
            <MessageText text={body.text} />
          ) : (
            <Text size="sm" fs="italic">
              {label ?? t("document")}
            </Text>
          )}
          {state !== "refused" && (
            <span className={classes.foot}>
              <DeliveryMark state="sending" />
            </span>
          )}
        </div>
      </div>
      {state === "waiting" && (
        <Text size="xs" c="dimmed" className={classes.trouble}>
          {t("waitsForConnection")}
        </Text>
      )}
      {state === "refused" && (
        <div className={classes.trouble} role="alert">
          <Text size="xs" c="var(--overdue)">
            {t("notSent")}: {problem ?? t("noReason")}
          </Text>
          <Group gap="xs">
            <Button size="compact-xs" variant="light" onClick={() => outgoing.again(item)}>
              {t("sendAgain")}
            </Button>
            <Button
              size="compact-xs"
              variant="subtle"
              color="gray"
              onClick={() => outgoing.discard(key)}
            >
              {t("discard")}
            </Button>
          </Group>
        </div>
      )}
    </article>
  );
}
