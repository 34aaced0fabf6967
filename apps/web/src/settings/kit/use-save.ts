import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ApiProblem } from "../../api/http.ts";
import { useTexts } from "../../i18n/texts.ts";
import { showDone } from "../../ui/toast.ts";
import { settingsTexts } from "../texts.ts";

interface How<Answer> {
  /** What is loaded again, here at once and elsewhere by the event. */
  readonly stale: readonly (readonly string[])[];
  readonly onDone?: (answer: Answer) => void;
  /** Says nothing when it is done: the screen shows it. */
  readonly isQuiet?: boolean;
}

/** Changes something on the server, loads again what that made old, and says that it is saved. */
export function useSave<Input, Answer>(
  act: (input: Input) => Promise<Answer>,
  { stale, onDone, isQuiet = false }: How<Answer>,
) {
  const t = useTexts(settingsTexts);
  const queries = useQueryClient();
  return useMutation<Answer, Error, Input>({
    mutationFn: act,
    onSuccess: (answer) => {
      for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
      if (!isQuiet) void showDone(t("saved"));
      onDone?.(answer);
    },
  });
}

/** What the server says of one field, such as `name` or `conditions.tags`. */
export function errorAt(error: Error | null, path: string): string | null {
  if (!(error instanceof ApiProblem)) return null;
  const found = error.errors.find((each) => each.path === path || each.path.startsWith(`${path}.`));
  return found?.message ?? null;
}
