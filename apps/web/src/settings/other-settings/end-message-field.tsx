import { Box, Button, Group, Text, Textarea } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { meQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { useClock, useFieldError } from "./clock-form-context.ts";
import {
  END_MESSAGE_VARIABLES,
  type EndMessageVariable,
  previewEndMessage,
} from "./end-message.data.ts";
import classes from "./end-message-field.module.css";
import { otherTexts } from "./texts.ts";

const NAMES = {
  "contact.firstName": "firstName",
  "contact.name": "contactName",
  "agent.name": "agentName",
  "business.name": "businessName",
} as const satisfies Record<EndMessageVariable, string>;

/** The customer of the preview. */
const SAMPLE = { name: "Thảo Nguyễn", firstName: "Thảo" };

/** The end-of-session message, buttons that insert its variables, and how it arrives. */
export function EndMessageField() {
  const t = useTexts(otherTexts);
  const { form, isReadOnly } = useClock();
  const errorOf = useFieldError();
  const area = useRef<HTMLTextAreaElement>(null);
  const message = form.fields["closure.message"];
  const insert = (variable: EndMessageVariable) => {
    const { selectionStart: from = message.length, selectionEnd: until = message.length } =
      area.current ?? {};
    const written = `{{${variable}}}`;
    form.set({ "closure.message": message.slice(0, from) + written + message.slice(until) });
    requestAnimationFrame(() => {
      area.current?.focus();
      area.current?.setSelectionRange(from + written.length, from + written.length);
    });
  };
  return (
    <div className={classes.both}>
      <Box flex={1} miw={0}>
        <Textarea
          ref={area}
          label={t("message")}
          description={t("messageHint")}
          value={message}
          onChange={(event) => form.set({ "closure.message": event.currentTarget.value })}
          error={errorOf("closure.message")}
          readOnly={isReadOnly}
          autosize
          minRows={3}
          maxRows={10}
          dir="auto"
        />
        {!isReadOnly && (
          <Group gap={6} mt={8} role="group" aria-label={t("insert")}>
            {END_MESSAGE_VARIABLES.map((variable) => (
              <Button
                key={variable}
                size="compact-xs"
                variant="default"
                leftSection={<IconPlus size={12} aria-hidden />}
                onClick={() => insert(variable)}
              >
                {t(NAMES[variable])}
              </Button>
            ))}
          </Group>
        )}
      </Box>
      <Preview message={message} />
    </div>
  );
}

function Preview({ message }: { readonly message: string }) {
  const t = useTexts(otherTexts);
  const { data: me } = useQuery(meQuery);
  const text = previewEndMessage(message, {
    "contact.name": SAMPLE.name,
    "contact.firstName": SAMPLE.firstName,
    "agent.name": me?.member.name ?? "",
    "business.name": me?.account.name ?? "",
  }).trim();
  return (
    <figure className={classes.preview}>
      <figcaption>
        <Text size="sm" fw={600}>
          {t("asCustomerSees")}
        </Text>
      </figcaption>
      <div className={classes.chat}>
        {text === "" ? (
          <Text size="sm" className={classes.nothing}>
            {t("noMessage")}
          </Text>
        ) : (
          <Text size="sm" dir="auto" className={classes.bubble}>
            {text}
          </Text>
        )}
      </div>
    </figure>
  );
}
