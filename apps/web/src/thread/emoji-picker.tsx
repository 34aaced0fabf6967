/** Emoji to put into the text. Their names come from this server, in the viewer's language. */
import { EmojiPicker as Picker } from "frimousse";
import type { ComponentProps } from "react";
import { useLanguage } from "../i18n/language.ts";
import { useTexts } from "../i18n/texts.ts";
import classes from "./composer.module.css";
import { composerTexts } from "./composer-texts.ts";
import { EMOJI_DATA_URL } from "./emoji-data.ts";

/** How the parts of the list are drawn: once for all, so that nothing is drawn anew. */
const DRAWN: NonNullable<ComponentProps<typeof Picker.List>["components"]> = {
  CategoryHeader: ({ category, ...props }) => (
    <div {...props} className={classes.emojiCategory}>
      {category.label}
    </div>
  ),
  Row: (props) => <div {...props} className={classes.emojiRow} />,
  Emoji: ({ emoji, ...props }) => (
    <button {...props} type="button" className={classes.emoji}>
      {emoji.emoji}
    </button>
  ),
};

export default function EmojiPicker({ onPick }: { readonly onPick: (emoji: string) => void }) {
  const t = useTexts(composerTexts);
  const language = useLanguage();
  return (
    <Picker.Root
      className={classes.emojiPicker}
      columns={8}
      locale={language}
      emojibaseUrl={EMOJI_DATA_URL}
      onEmojiSelect={({ emoji }) => onPick(emoji)}
    >
      <Picker.Search
        className={classes.emojiSearch}
        aria-label={t("searchEmoji")}
        placeholder={t("searchEmoji")}
        autoFocus
      />
      <Picker.Viewport className={classes.emojiViewport}>
        <Picker.Empty className={classes.emojiEmpty}>{t("noEmoji")}</Picker.Empty>
        <Picker.List components={DRAWN} />
      </Picker.Viewport>
    </Picker.Root>
  );
}
