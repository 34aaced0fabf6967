import { PasswordInput, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useTexts } from "../../i18n/texts.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { useSave } from "../kit/use-save.ts";
import { ownKeys } from "../queries.ts";
import { Refusal } from "./refusal.tsx";
import { securityTexts } from "./texts.ts";

/** Asks for the password again before something that protects the login is changed. */
export function PasswordDialog<Answer>(props: {
  readonly title: string;
  readonly text: string;
  readonly act: (password: string) => Promise<Answer>;
  readonly onDone: (answer: Answer) => void;
  readonly onClose: () => void;
}) {
  const t = useTexts(securityTexts);
  const form = useForm({
    initialValues: { password: "" },
    validate: { password: (text) => (text === "" ? t("missing") : null) },
  });
  const save = useSave(props.act, {
    stale: [ownKeys.devices],
    onDone: props.onDone,
    isQuiet: true,
  });
  return (
    <FormDialog
      title={props.title}
      onClose={props.onClose}
      onSubmit={form.onSubmit(({ password }) => save.mutate(password))}
      save={{ isPending: save.isPending, error: null }}
      submitLabel={t("continue")}
    >
      <Text size="sm">{props.text}</Text>
      <Refusal error={save.error} wrong={t("currentWrong")} />
      <PasswordInput
        label={t("current")}
        autoComplete="current-password"
        data-autofocus
        {...form.getInputProps("password")}
      />
    </FormDialog>
  );
}
