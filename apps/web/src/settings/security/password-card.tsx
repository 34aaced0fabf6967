import { Button, Checkbox, PasswordInput, Stack } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { call } from "../../api/http.ts";
import { meQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { showDone } from "../../ui/toast.ts";
import { useSave } from "../kit/use-save.ts";
import { ownKeys } from "../queries.ts";
import { Card } from "./card.tsx";
import { Refusal } from "./refusal.tsx";
import { securityTexts } from "./texts.ts";

const SHORTEST = 10;
const LONGEST = 128;

/** Another password; who knows the old one is then out elsewhere too, unless that isn't wanted. */
export function PasswordCard() {
  const t = useTexts(securityTexts);
  const { data: me } = useQuery(meQuery);
  const form = useForm({
    initialValues: { currentPassword: "", newPassword: "", revokeOtherSessions: true },
    validate: {
      currentPassword: (text) => (text === "" ? t("missing") : null),
      newPassword: (text) => (text.length < SHORTEST ? t("tooShort") : null),
    },
  });
  const change = useSave(
    (body: typeof form.values) => call("POST /api/auth/change-password", { body }),
    {
      stale: [ownKeys.devices],
      isQuiet: true,
      onDone: () => {
        form.reset();
        void showDone(t("passwordChanged"));
      },
    },
  );
  return (
    <Card title={t("password")} text={t("passwordText")}>
      <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
        <Stack maw={420}>
          <Refusal error={change.error} wrong={t("currentWrong")} />
          {/* Password managers keep the password under this name. */}
          <input value={me?.member.email ?? ""} autoComplete="username" readOnly hidden />
          <PasswordInput
            label={t("current")}
            autoComplete="current-password"
            maxLength={LONGEST}
            {...form.getInputProps("currentPassword")}
          />
          <PasswordInput
            label={t("new")}
            description={t("newHint")}
            autoComplete="new-password"
            maxLength={LONGEST}
            {...form.getInputProps("newPassword")}
          />
          <Checkbox
            label={t("alsoSignOut")}
            {...form.getInputProps("revokeOtherSessions", { type: "checkbox" })}
          />
          <Button type="submit" loading={change.isPending} style={{ alignSelf: "flex-start" }}>
            {t("changePassword")}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
