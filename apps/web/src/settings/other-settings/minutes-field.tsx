import { TextInput } from "@mantine/core";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { useClock, useFieldError } from "./clock-form-context.ts";
import { parseMinutes } from "./minutes.data.ts";
import { otherTexts } from "./texts.ts";

type MinutesName =
  | "closure.afterMinutes"
  | "closure.reopenWithinMinutes"
  | "reassign.afterMinutes"
  | "reply.limitMinutes"
  | "reply.warnMinutes";

/** A length of time, typed as people do and said back in words. */
export function MinutesField(props: { readonly name: MinutesName; readonly label: string }) {
  const t = useTexts(otherTexts);
  const format = useFormat();
  const { form, isReadOnly } = useClock();
  const errorOf = useFieldError();
  const typed = form.fields[props.name];
  const minutes = parseMinutes(typed);
  const words = minutes === null ? t("minutesHint") : format.minutes(minutes);
  return (
    <TextInput
      label={props.label}
      value={typed}
      onChange={(event) => form.set({ [props.name]: event.currentTarget.value })}
      error={errorOf(props.name)}
      description={minutes === null ? words : t("inWords", { words })}
      inputWrapperOrder={["label", "input", "description", "error"]}
      readOnly={isReadOnly}
      maxLength={40}
      autoComplete="off"
      w={220}
    />
  );
}
