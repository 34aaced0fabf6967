import { Text } from "@mantine/core";
import { type Message, previewOf } from "@punctual/contract";
import { useTexts } from "../i18n/texts.ts";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";

/** The beginning of the message that another one quotes. `undefined`: it isn't here. */
export function QuotedMessage({ message }: { readonly message: Message | undefined }) {
  const t = useTexts(threadTexts);
  return (
    <blockquote className={classes.quoted}>
      <Text size="xs" c="dimmed" component="span">
        {message?.kind === "inbound" ? t("customer") : t("quoted")}
      </Text>
      <Text size="sm" truncate dir="auto">
        {message === undefined ? t("quotedGone") : beginningOf(message, t)}
      </Text>
    </blockquote>
  );
}

function beginningOf(message: Message, t: (key: "image" | "video" | "audio") => string): string {
  const { content } = message;
  const text = previewOf(message)?.text ?? ("text" in content ? content.text : undefined);
  if (text !== undefined && text !== "") return text;
  return t(content.type as "image");
}
