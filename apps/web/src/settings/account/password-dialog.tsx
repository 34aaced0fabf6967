import { PasswordInput } from "@mantine/core";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { useTexts } from "../../i18n/texts.ts";
import { FormDialog } from "../kit/form-dialog.tsx";
import { useSave } from "../kit/use-save.ts";
import { ownKeys } from "../queries.ts";
import { accountTexts } from "./texts.ts";

/** Asks for the password, and does what needs it. */
export function PasswordDialog<Answer>(props: {
  readonly route: string;
  readonly onClose: () => void;
  readonly onDone: (answer: Answer) => void;
}) {
  const t = useTexts(accountTexts);
  const { route, onClose, onDone } = props;
  const [password, setPassword] = useState("");
  const save = useSave(() => call<Answer>(route, { body: { password } }), {
    stale: [ownKeys.devices],
    isQuiet: true,
    onDone,
  });
  return (
    <FormDialog
      title={t("confirmPassword")}
      onClose={onClose}
      onSubmit={() => save.mutate(undefined)}
      save={save}
      submitLabel={t("continue")}
    >
      <PasswordInput
        label={t("currentPassword")}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        autoComplete="current-password"
        data-autofocus
      />
    </FormDialog>
  );
}
