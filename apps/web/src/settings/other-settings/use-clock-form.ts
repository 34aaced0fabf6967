/** What somebody changes on the page, on top of what is saved; and what a colleague saved meanwhile. */
import type { ClockOverride, ClockSettings, TemplateRef } from "@punctual/contract";
import { useEffect, useMemo, useState } from "react";
import type { ApiProblem } from "../../api/http.ts";
import {
  type ClockFields,
  changesBetween,
  type FieldName,
  fieldAt,
  fieldsOf,
  keepMine,
} from "./clock-fields.data.ts";
import { problemsOf } from "./clock-problems.data.ts";

/** What the server has. */
export interface SavedClock {
  readonly version: number;
  readonly savedBy: string | null;
  readonly settings: ClockOverride;
  /** What holds where the scope has nothing of its own. */
  readonly inherited: ClockSettings;
}

export type ClockForm = ReturnType<typeof useClockForm>;
type ServerErrors = Readonly<Partial<Record<FieldName, string>>>;

export function useClockForm(saved: SavedClock) {
  const theirs = useMemo(() => fieldsOf(saved.settings, saved.inherited), [saved]);
  const [base, setBase] = useState({ version: saved.version, fields: theirs });
  const [fields, setFields] = useState(theirs);
  const [serverErrors, setServerErrors] = useState<ServerErrors>({});
  const changes = useMemo(() => changesBetween(base.fields, fields), [base, fields]);
  const rebase = (mine: ClockFields) => {
    setBase({ version: saved.version, fields: theirs });
    setFields(mine);
    setServerErrors({});
  };
  const isDirty = changes.length > 0;
  const hasConflict = isDirty && base.version !== saved.version;
  // Without changes of one's own, the page just shows what is saved now.
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows what the server has, not what is typed
  useEffect(() => {
    if (!isDirty) rebase(theirs);
  }, [theirs]);
  return {
    base,
    fields,
    changes,
    isDirty,
    hasConflict,
    problems: useMemo(() => problemsOf(fields), [fields]),
    serverErrors,
    template: templateOf(saved),
    set: (more: Partial<ClockFields>) => {
      setFields((before) => ({ ...before, ...more }));
      setServerErrors((before) => without(before, Object.keys(more)));
    },
    discard: () => rebase(theirs),
    keepMine: () => rebase(keepMine(base.fields, fields, theirs)),
    /** What was written here is what is saved now. */
    noteSaved: (version: number) => {
      setBase({ version, fields });
      setServerErrors({});
    },
    /** @returns whether the server named fields of this page */
    refuse: ({ errors }: ApiProblem): boolean => {
      const named = errors.flatMap(({ path, message }) => {
        const field = fieldAt(path);
        return field === null ? [] : [[field, message] as const];
      });
      setServerErrors(Object.fromEntries(named));
      return named.length > 0;
    },
  };
}

function templateOf({ settings, inherited }: SavedClock): TemplateRef | null {
  const { outsideWindow } = settings.closure ?? inherited.closure;
  return outsideWindow === "silent" ? null : outsideWindow.template;
}

function without(errors: ServerErrors, fields: readonly string[]): ServerErrors {
  return Object.fromEntries(Object.entries(errors).filter(([field]) => !fields.includes(field)));
}
