/** E-mail and password, then the second factor where there is one; and the way to a new password. */
import { Anchor, Button, Checkbox, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { call } from "../api/http.ts";
import { useTexts } from "../i18n/texts.ts";
import { CardPage } from "../ui/card-page.tsx";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { loginTexts } from "./texts.ts";

type Step = "password" | "code" | "forgotten";

export function LoginPage() {
  const [step, setStep] = useState<Step>("password");
  const { next } = useSearch({ from: "/login" });
  const queries = useQueryClient();
  const enter = () => {
    queries.clear();
    location.replace(next ?? "/");
  };
  if (step === "code") return <CodeForm onDone={enter} onBack={() => setStep("password")} />;
  if (step === "forgotten") return <ForgottenForm onBack={() => setStep("password")} />;
  return (
    <PasswordForm
      onDone={enter}
      onSecondFactor={() => setStep("code")}
      onForgotten={() => setStep("forgotten")}
    />
  );
}

function PasswordForm(props: {
  readonly onDone: () => void;
  readonly onSecondFactor: () => void;
  readonly onForgotten: () => void;
}) {
  const t = useTexts(loginTexts);
  const form = useForm({
    initialValues: { email: "", password: "" },
    validate: {
      email: (email) => (email.trim() === "" ? t("emailMissing") : null),
      password: (password) => (password === "" ? t("passwordMissing") : null),
    },
  });
  const logIn = useMutation({
    mutationFn: (body: typeof form.values) =>
      call<{ twoFactorRedirect?: boolean }>("POST /api/auth/sign-in/email", { body }),
    onSuccess: ({ twoFactorRedirect }) =>
      twoFactorRedirect === true ? props.onSecondFactor() : props.onDone(),
  });
  return (
    <CardPage title={t("title")}>
      <form onSubmit={form.onSubmit((values) => logIn.mutate(values))} noValidate>
        <Stack>
          {logIn.error !== null && <ProblemAlert error={logIn.error} />}
          <TextInput
            label={t("email")}
            type="email"
            autoComplete="username"
            autoFocus
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label={t("password")}
            autoComplete="current-password"
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={logIn.isPending || logIn.isSuccess}>
            {t("logIn")}
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={props.onForgotten}>
            {t("forgot")}
          </Anchor>
        </Stack>
      </form>
    </CardPage>
  );
}

/** Six digits are the app's; anything else is a backup code. */
const TOTP = /^\d{6}$/;

function CodeForm(props: { readonly onDone: () => void; readonly onBack: () => void }) {
  const t = useTexts(loginTexts);
  const form = useForm({
    initialValues: { code: "", trustDevice: false },
    validate: { code: (code) => (code.trim() === "" ? t("codeMissing") : null) },
  });
  const confirm = useMutation({
    mutationFn: ({ code, trustDevice }: typeof form.values) => {
      const written = code.replaceAll(" ", "");
      const door = TOTP.test(written) ? "verify-totp" : "verify-backup-code";
      return call(`POST /api/auth/two-factor/${door}`, { body: { code: written, trustDevice } });
    },
    onSuccess: props.onDone,
  });
  return (
    <CardPage title={t("codeTitle")}>
      <form onSubmit={form.onSubmit((values) => confirm.mutate(values))} noValidate>
        <Stack>
          {confirm.error !== null && <ProblemAlert error={confirm.error} />}
          <TextInput
            label={t("code")}
            description={t("codeHint")}
            autoComplete="one-time-code"
            autoFocus
            {...form.getInputProps("code")}
          />
          <Checkbox
            label={t("trust")}
            {...form.getInputProps("trustDevice", { type: "checkbox" })}
          />
          <Button type="submit" loading={confirm.isPending}>
            {t("confirm")}
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={props.onBack}>
            {t("back")}
          </Anchor>
        </Stack>
      </form>
    </CardPage>
  );
}

function ForgottenForm({ onBack }: { readonly onBack: () => void }) {
  const t = useTexts(loginTexts);
  const form = useForm({
    initialValues: { email: "" },
    validate: { email: (email) => (email.trim() === "" ? t("emailMissing") : null) },
  });
  const ask = useMutation({
    mutationFn: (body: typeof form.values) => call("POST /password-resets", { body }),
  });
  return (
    <CardPage title={t("resetTitle")}>
      <form onSubmit={form.onSubmit((values) => ask.mutate(values))} noValidate>
        <Stack>
          {ask.error !== null && <ProblemAlert error={ask.error} />}
          {ask.isSuccess ? (
            <Text role="status">{t("resetSent")}</Text>
          ) : (
            <>
              <TextInput
                label={t("email")}
                description={t("resetHint")}
                type="email"
                autoComplete="username"
                autoFocus
                {...form.getInputProps("email")}
              />
              <Button type="submit" loading={ask.isPending}>
                {t("sendLink")}
              </Button>
            </>
          )}
          <Anchor component="button" type="button" size="sm" onClick={onBack}>
            {t("back")}
          </Anchor>
        </Stack>
      </form>
    </CardPage>
  );
}
