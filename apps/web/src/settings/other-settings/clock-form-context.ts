import { createContext, useContext } from "react";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import type { FieldName } from "./clock-fields.data.ts";
import { otherTexts } from "./texts.ts";
import type { ClockForm } from "./use-clock-form.ts";

export interface ClockContext {
  readonly form: ClockForm;
  /** Null: the settings of all channels. */
  readonly channelId: string | null;
  readonly isReadOnly: boolean;
}

export const ClockFormContext = createContext<ClockContext | null>(null);

export function useClock(): ClockContext {
  const context = useContext(ClockFormContext);
  if (context === null) throw new Error("outside of the clock's form");
  return context;
}

/** What is wrong with a field, in a sentence; the server's goes first. */
export function useFieldError(): (field: FieldName) => string | null {
  const t = useTexts(otherTexts);
  const format = useFormat();
  const { form } = useClock();
  return (field) => {
    const told = form.serverErrors[field];
    const problem = form.problems[field];
    if (problem === undefined) return told ?? null;
    if (problem.kind === "warnTooLate") {
      return t("warnTooLate", { limit: format.minutes(problem.limit) });
    }
    if (problem.kind === "unknownVariable") return t("unknownVariable", { name: problem.name });
    return t(problem.kind);
  };
}
