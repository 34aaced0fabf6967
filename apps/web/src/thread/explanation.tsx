import type { TimelineEntry } from "@punctual/contract";
import { useFormat } from "../i18n/format.ts";
import { numbersOf } from "./explanation.data.ts";
import { useMemberNames } from "./member-names.ts";
import classes from "./thread.module.css";

/** The numbers behind an act, as the server recorded them. */
export function Explanation({ entry }: { readonly entry: TimelineEntry }) {
  const format = useFormat();
  const nameOf = useMemberNames();
  const numbers = numbersOf(entry.explanation, { nameOf, moment: format.moment });
  return (
    <dl className={classes.explanation}>
      {numbers.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
