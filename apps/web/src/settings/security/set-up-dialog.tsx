import { Anchor, Button, Group, Modal, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { useTexts } from "../../i18n/texts.ts";
import { CopyField } from "../../ui/copy-field.tsx";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { uiTexts } from "../../ui/texts.ts";
import { showDone } from "../../ui/toast.ts";
import { useSave } from "../kit/use-save.ts";
import { ownKeys } from "../queries.ts";
import { BackupCodes } from "./backup-codes.tsx";
import { PasswordDialog } from "./password-dialog.tsx";
import { groupedSecret } from "./security.data.ts";
import { securityTexts } from "./texts.ts";

interface Secrets {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}

/** Password, then the app is told the secret, then its first right code turns the second factor on. */
export function SetUpDialog({ onClose }: { readonly onClose: () => void }) {
  const t = useTexts(securityTexts);
  const [secrets, setSecrets] = useState<Secrets | null>(null);
  if (secrets !== null) return <TurnOnDialog secrets={secrets} onClose={onClose} />;
  return (
    <PasswordDialog
      title={t("setUp")}
      text={t("setUpText")}
      act={(password) => call<Secrets>("POST /api/auth/two-factor/enable", { body: { password } })}
      onDone={setSecrets}
      onClose={onClose}
    />
  );
}

function TurnOnDialog(props: { readonly secrets: Secrets; readonly onClose: () => void }) {
  const { secrets, onClose } = props;
  const t = useTexts(securityTexts);
  const ui = useTexts(uiTexts);
  const form = useForm({
    initialValues: { code: "" },
    validate: { code: (code) => (/^\d{6}$/.test(bare(code)) ? null : t("codeMissing")) },
  });
  const turnOn = useSave(
    (code: string) => call("POST /api/auth/two-factor/verify-totp", { body: { code } }),
    {
      stale: [ownKeys.devices],
      isQuiet: true,
      onDone: () => {
        void showDone(t("factorIsOn"));
        onClose();
      },
    },
  );
  return (
    <Modal opened onClose={onClose} title={t("setUp")} closeOnClickOutside={false} centered>
      <form onSubmit={form.onSubmit(({ code }) => turnOn.mutate(bare(code)))} noValidate>
        <Stack>
          <div>
            <Title order={3} size="h6">
              {t("stepApp")}
            </Title>
            <Text size="sm">
              {t("stepAppText")}{" "}
              <Anchor href={secrets.totpURI} size="sm">
                {t("openApp")}
              </Anchor>
            </Text>
          </div>
          <CopyField label={t("secret")} value={groupedSecret(secrets.totpURI)} />
          <Title order={3} size="h6">
            {t("stepCodes")}
          </Title>
          <BackupCodes codes={secrets.backupCodes} />
          <Title order={3} size="h6">
            {t("stepConfirm")}
          </Title>
          <TextInput
            label={t("code")}
            inputMode="numeric"
            autoComplete="one-time-code"
            maxLength={8}
            {...form.getInputProps("code")}
          />
          {turnOn.error !== null && <ProblemAlert error={turnOn.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {ui("cancel")}
            </Button>
            <Button type="submit" loading={turnOn.isPending}>
              {t("turnOn")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Apps show it in two groups, and so people type it. */
function bare(code: string): string {
  return code.replaceAll(" ", "");
}
