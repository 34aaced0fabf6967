/** Where an invited member, or one who forgot it, chooses a password. */
import { Button, Loader, PasswordInput, Stack, Text } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { CheckedLink } from "@punctual/contract";
import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { call } from "../api/http.ts";
import { useTexts } from "../i18n/texts.ts";
import { CardPage } from "../ui/card-page.tsx";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { BadLink } from "./bad-link.tsx";
import { signIn, useLink } from "./queries.ts";
import { firstRunTexts } from "./texts.ts";

const SHORTEST_PASSWORD = 10;

export function InvitationPage() {
  const t = useTexts(firstRunTexts);
  const { token } = useSearch({ from: "/invitation" });
  const { data: link, error } = useLink("invitation", token);
  if (error !== null) return <BadLink error={error} hint="invitationHint" />;
  if (link === undefined) return <Loader m="xl" />;
  return (
    <CardPage title={t("welcomeName", { name: link.name ?? "" })}>
      <PasswordForm
        link={link}
        token={token}
        route="POST /invitations/accept"
        hint={t("choosePassword", { email: link.email ?? "" })}
        button={t("createLogin")}
      />
    </CardPage>
  );
}

export function ResetPasswordPage() {
  const t = useTexts(firstRunTexts);
  const { token } = useSearch({ from: "/reset-password" });
  const { data: link, error } = useLink("passwordReset", token);
  if (error !== null) return <BadLink error={error} hint="resetHint" />;
  if (link === undefined) return <Loader m="xl" />;
  return (
    <CardPage title={t("resetTitle")}>
      <PasswordForm
        link={link}
        token={token}
        route="POST /password-resets/use"
        hint={t("resetFor", { email: link.email ?? "" })}
        button={t("setPassword")}
      />
    </CardPage>
  );
}

function PasswordForm(props: {
  readonly link: CheckedLink;
  readonly token: string;
  readonly route: string;
  readonly hint: string;
  readonly button: string;
}) {
  const { link, token, route, hint, button } = props;
  const t = useTexts(firstRunTexts);
  const form = useForm({
    initialValues: { password: "" },
    validate: {
      password: (text) => (text.length < SHORTEST_PASSWORD ? t("passwordShort") : null),
    },
  });
  const choose = useMutation({
    mutationFn: async ({ password }: typeof form.values) => {
      const { email } = await call<{ email: string }>(route, { body: { token, password } });
      await signIn(email, password);
    },
    // A second factor may still be asked for: the login page does that.
    onSettled: (_result, error) => {
      if (error === null) location.replace("/");
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => choose.mutate(values))} noValidate>
      <Stack>
        <Text size="sm">{hint}</Text>
        {choose.error !== null && <ProblemAlert error={choose.error} />}
        {/* Password managers keep the password under this name. */}
        <input value={link.email ?? ""} autoComplete="username" readOnly hidden />
        <PasswordInput
          label={t("password")}
          description={t("passwordHint")}
          autoComplete="new-password"
          autoFocus
          {...form.getInputProps("password")}
        />
        <Button type="submit" loading={choose.isPending || choose.isSuccess}>
          {button}
        </Button>
      </Stack>
    </form>
  );
}
