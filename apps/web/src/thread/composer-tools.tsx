import { ActionIcon, Button, FileButton, Popover } from "@mantine/core";
import type { Session } from "@punctual/contract";
import { IconMoodSmile, IconPaperclip, IconTemplate } from "@tabler/icons-react";
import { lazy, Suspense, useState } from "react";
import { useTexts } from "../i18n/texts.ts";
import type { ComposerState } from "./composer.tsx";
import { composerTexts } from "./composer-texts.ts";

const EmojiPicker = lazy(() => import("./emoji-picker.tsx"));
const TemplateDialog = lazy(() => import("./template-dialog.tsx"));

/** What can be put into a message besides words, and who is to read it. */
export function ComposerTools(props: {
  readonly session: Session;
  readonly composer: ComposerState;
  readonly afterId: string | null;
  readonly insert: (text: string) => void;
}) {
  const { session, composer, afterId, insert } = props;
  const { canReply, isNote, needsTemplate, change, files } = composer;
  const t = useTexts(composerTexts);
  const [choosesTemplate, setChoosesTemplate] = useState(false);
  const mode = (label: string, isChosen: boolean, chosen: boolean) => (
    <Button
      size="compact-sm"
      color="gray"
      variant={isChosen ? "light" : "subtle"}
      aria-pressed={isChosen}
      onClick={() => change({ isNote: chosen })}
    >
      {label}
    </Button>
  );
  return (
    <>
      {canReply && (
        <Button.Group>
          {mode(t("replyTab"), !isNote, false)}
          {mode(t("noteTab"), isNote, true)}
        </Button.Group>
      )}
      {!needsTemplate && <EmojiButton insert={insert} />}
      {!isNote && !needsTemplate && (
        <FileButton multiple onChange={(chosen) => files.add(chosen)}>
          {(button) => (
            <ActionIcon {...button} variant="subtle" color="gray" aria-label={t("attach")}>
              <IconPaperclip size={18} aria-hidden />
            </ActionIcon>
          )}
        </FileButton>
      )}
      {needsTemplate && (
        <Button
          size="compact-sm"
          variant="light"
          leftSection={<IconTemplate size={16} aria-hidden />}
          onClick={() => setChoosesTemplate(true)}
        >
          {t("template")}
        </Button>
      )}
      <Suspense fallback={null}>
        {choosesTemplate && (
          <TemplateDialog
            session={session}
            afterId={afterId}
            onClose={() => setChoosesTemplate(false)}
          />
        )}
      </Suspense>
    </>
  );
}

function EmojiButton({ insert }: { readonly insert: (text: string) => void }) {
  const t = useTexts(composerTexts);
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} position="top-start" trapFocus returnFocus>
      <Popover.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t("emoji")}
          onClick={() => setOpen(!isOpen)}
        >
          <IconMoodSmile size={18} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <Suspense fallback={null}>
          <EmojiPicker
            onPick={(emoji) => {
              setOpen(false);
              insert(emoji);
            }}
          />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
