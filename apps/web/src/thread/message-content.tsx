/** What a message says, of whatever type. */
import { Anchor, Text } from "@mantine/core";
import type { Message } from "@punctual/contract";
import { IconAddressBook, IconMapPin, IconShoppingCart } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTexts } from "../i18n/texts.ts";
import { MessageMedia } from "./message-media.tsx";
import { threadTexts } from "./texts.ts";
import classes from "./thread.module.css";

export function MessageContent({ message }: { readonly message: Message }) {
  const t = useTexts(threadTexts);
  const { content } = message;
  switch (content.type) {
    case "text":
    case "choice":
      return <MessageText text={content.text} />;
    case "location": {
      const { latitude, longitude, name, address } = content;
      const where = name ?? address ?? `${latitude}, ${longitude}`;
      const map = `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=16/${latitude}/${longitude}`;
      return (
        <Labelled icon={<IconMapPin size={18} aria-hidden />} label={t("location")}>
          <Text size="sm" dir="auto">
            {where}
          </Text>
          <Anchor size="sm" href={map} target="_blank" rel="noreferrer">
            {t("openMap")}
          </Anchor>
        </Labelled>
      );
    }
    case "contacts":
      return (
        <Labelled icon={<IconAddressBook size={18} aria-hidden />} label={t("contacts")}>
          {content.contacts.map(({ name, phones }) => (
            <Text key={name + phones.join()} size="sm" dir="auto">
              {[name, ...phones].join(" · ")}
            </Text>
          ))}
        </Labelled>
      );
    case "order": {
      const count = content.items.reduce((sum, { quantity }) => sum + quantity, 0);
      return (
        <Labelled icon={<IconShoppingCart size={18} aria-hidden />} label={t("order")}>
          <Text size="sm">{t("items", { count })}</Text>
          {content.text !== undefined && <MessageText text={content.text} />}
        </Labelled>
      );
    }
    case "template":
      return <TemplateContent name={content.name} components={content.components ?? []} />;
    case "unsupported":
      return (
        <>
          <Text size="sm" fs="italic">
            {t("unsupported", { type: content.channelType })}
          </Text>
          {content.caption !== undefined && <MessageText text={content.caption} />}
        </>
      );
    default:
      return (
        <>
          <MessageMedia message={message} content={content} />
          {content.caption !== undefined && <MessageText text={content.caption} />}
        </>
      );
  }
}

/** Text as it was typed, with its addresses to click. */
export function MessageText({ text }: { readonly text: string }) {
  return (
    <p className={classes.text} dir="auto">
      {text.split(ADDRESS).map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          <Anchor
            // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text don't move
            key={index}
            href={part}
            target="_blank"
            rel="noreferrer"
            inherit
            underline="always"
          >
            {part}
          </Anchor>
        ),
      )}
    </p>
  );
}

/** A sentence's last punctuation is not of the address. */
const ADDRESS = /(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'])/g;

function TemplateContent(props: {
  readonly name: string;
  readonly components: readonly unknown[];
}) {
  const t = useTexts(threadTexts);
  const values = props.components.flatMap((component) => {
    const { parameters = [] } = component as { parameters?: readonly { text?: string }[] };
    return parameters.flatMap(({ text }) => text ?? []);
  });
  return (
    <>
      <Text size="sm" fs="italic">
        {t("template", { name: props.name })}
      </Text>
      {values.length > 0 && <MessageText text={values.join(" · ")} />}
    </>
  );
}

function Labelled(props: {
  readonly icon: ReactNode;
  readonly label: string;
  readonly children: ReactNode;
}) {
  return (
    <div className={classes.labelled}>
      {props.icon}
      <div>
        <Text size="xs" c="dimmed">
          {props.label}
        </Text>
        {props.children}
      </div>
    </div>
  );
}
