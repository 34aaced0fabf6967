import { PasswordInput, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTexts } from "../../i18n/texts.ts";
import { errorAt } from "../kit/use-save.ts";
import { channelTexts } from "./texts.ts";

export interface Credentials {
  readonly name: string;
  readonly phoneNumberId: string;
  readonly businessAccountId: string;
  readonly accessToken: string;
  readonly appSecret: string;
  readonly verifyToken: string;
}

const SECRETS = ["accessToken", "appSecret"] as const;
type Field = Exclude<keyof Credentials, "name">;

/** What a WhatsApp number needs; secrets are written and never shown again. */
export function CredentialFields(props: {
  readonly form: UseFormReturnType<Credentials>;
  readonly fields: readonly Field[];
  readonly error: Error | null;
}) {
  const t = useTexts(channelTexts);
  const { form, fields, error } = props;
  return fields.map((field) => {
    const Input = SECRETS.some((secret) => secret === field) ? PasswordInput : TextInput;
    return (
      <Input
        key={field}
        label={t(field)}
        description={t(`${field}Hint`)}
        autoComplete="off"
        maxLength={4_096}
        {...form.getInputProps(field)}
        error={errorAt(error, `config.${field}`)}
      />
    );
  });
}

/** Only what was filled in. */
export function configOf(values: Credentials, fields: readonly Field[]): Record<string, string> {
  return Object.fromEntries(
    fields.map((field) => [field, values[field].trim()] as const).filter(([, text]) => text !== ""),
  );
}
