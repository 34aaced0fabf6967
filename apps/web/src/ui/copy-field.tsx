import { ActionIcon, CopyButton, TextInput } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTexts } from "../i18n/texts.ts";
import { uiTexts } from "./texts.ts";

/** Something to be pasted elsewhere. */
export function CopyField(props: {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
}) {
  const { label, value, description } = props;
  const t = useTexts(uiTexts);
  return (
    <TextInput
      label={label}
      description={description}
      value={value}
      readOnly
      onFocus={({ currentTarget }) => currentTarget.select()}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
      rightSection={
        <CopyButton value={value}>
          {({ copied, copy }) => (
            <ActionIcon
              variant="subtle"
              onClick={copy}
              aria-label={`${t(copied ? "copied" : "copy")}: ${label}`}
            >
              {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
            </ActionIcon>
          )}
        </CopyButton>
      }
    />
  );
}
