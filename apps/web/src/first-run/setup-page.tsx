/** The first two steps: the business, and who sets it up. */
import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
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

export function SetupPage() {
  const t = useTexts(firstRunTexts);
  const { token } = useSearch({ from: "/setup" });
  const link = useLink("setup", token);
  const needed = (text: string) => (text.trim() === "" ? t("missing") : null);
  const form = useForm({
    initialValues: { businessName: "", name: "", email: "", password: "" },
    validate: {
      businessName: needed,
      name: needed,
      email: needed,
      password: (text) => (text.length < SHORTEST_PASSWORD ? t("passwordShort") : null),
    },
  });
  const setUp = useMutation({
    mutationFn: async (body: typeof form.values) => {
      await call("POST /setup", { body: { token, ...body } });
      await signIn(body.email, body.password);
    },
    onSuccess: () => location.replace("/welcome"),
  });
  if (link.error !== null) return <BadLink error={link.error} hint="setupLinkHint" />;
  return (
    <CardPage title={t("setupTitle")}>
      <form onSubmit={form.onSubmit((values) => setUp.mutate(values))} noValidate>
        <Stack>
          <Text size="sm" c="dimmed">
            {t("setupHint")}
          </Text>
          {setUp.error !== null && <ProblemAlert error={setUp.error} />}
          <TextInput
            label={t("businessName")}
            autoComplete="organization"
            maxLength={200}
            autoFocus
            {...form.getInputProps("businessName")}
          />
          <TextInput
            label={t("yourName")}
            autoComplete="name"
            maxLength={200}
            {...form.getInputProps("name")}
          />
          <TextInput
            label={t("email")}
            type="email"
            autoComplete="username"
            {...form.getInputProps("email")}
          />
          <PasswordInput
            label={t("password")}
            description={t("passwordHint")}
            autoComplete="new-password"
            {...form.getInputProps("password")}
          />
          <Button type="submit" loading={setUp.isPending || setUp.isSuccess}>
            {t("createBusiness")}
          </Button>
        </Stack>
      </form>
    </CardPage>
  );
}
