import { Text } from "@mantine/core";
import { useTexts } from "../i18n/texts.ts";
import classes from "./composer.module.css";
import { composerTexts } from "./composer-texts.ts";
import type { Suggestion } from "./use-suggestions.ts";

/** What fits, above the text. The focus stays in the text; arrow keys and Enter choose. */
export function SuggestionList(props: {
  readonly id: string;
  readonly suggestions: readonly Suggestion[];
  readonly index: number;
  readonly pick: (suggestion: Suggestion) => void;
}) {
  const { id, suggestions, index, pick } = props;
  const t = useTexts(composerTexts);
  if (suggestions.length === 0) return null;
  return (
    <div id={id} role="listbox" aria-label={t("suggestions")} className={classes.suggestions}>
      {suggestions.map((suggestion, at) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text field, which has the focus
        // biome-ignore lint/a11y/useFocusableInteractive: as above
        <div
          key={suggestion.id}
          id={`${id}-${at}`}
          role="option"
          aria-selected={at === index}
          className={classes.suggestion}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => pick(suggestion)}
        >
          <Text size="sm" fw={600} component="span">
            {suggestion.name}
          </Text>
          <Text size="xs" c="dimmed" truncate dir="auto" component="span">
            {suggestion.hint}
          </Text>
        </div>
      ))}
    </div>
  );
}
