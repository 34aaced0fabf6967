import { ActionIcon, CopyButton, TextInput, Tooltip } from "@mantine/core";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { useTexts } from "../../i18n/texts.ts";
import { settingsTexts } from "../texts.ts";

/** Something to be pasted elsewhere, with the button that copies it. */
export function CopyField(props: {
  readonly label: string;
  readonly value: string;
  readonly description?: string;
}) {
  const t = useTexts(settingsTexts);
  const { label, value, description } = props;
  return (
    <CopyButton value={value}>
      {({ copied, copy }) => (
        <TextInput
          label={label}
          description={description}
          value={value}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
          rightSection={
            <Tooltip label={t(copied ? "copied" : "copy")}>
              <ActionIcon
                variant="subtle"
                onClick={copy}
                aria-label={`${t(copied ? "copied" : "copy")}: ${label}`}
              >
                {copied ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />}
              </ActionIcon>
            </Tooltip>
          }
        />
      )}
    </CopyButton>
  );
}
