import { Anchor, Button, Code, Group, SimpleGrid, Stack, Text, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { useTexts } from "../../i18n/texts.ts";
import { showDone } from "../../ui/toast.ts";
import { CopyField } from "../kit/copy-field.tsx";
import { FormDialog } from "../kit/form-dialog.tsx";
import { useSave } from "../kit/use-save.ts";
import { ownKeys } from "../queries.ts";
import { PasswordDialog } from "./password-dialog.tsx";
import { accountTexts } from "./texts.ts";

interface SetUp {
  readonly totpURI: string;
  readonly backupCodes: readonly string[];
}
type Act = "enable" | "disable" | "generate-backup-codes";

/** Whether the second factor is on, and the ways to change that: each wants the password. */
export function SecondFactor() {
  const t = useTexts(accountTexts);
  const [act, setAct] = useState<Act | null>(null);
  const [setUp, setSetUp] = useState<SetUp>();
  const [codes, setCodes] = useState<readonly string[]>();
  const login = useQuery({
    queryKey: [...ownKeys.devices, "second-factor"],
    queryFn: () =>
      call<{ user?: { twoFactorEnabled?: boolean | null } } | null>("GET /api/auth/get-session"),
    staleTime: 0,
  });
  const isOn = login.data?.user?.twoFactorEnabled === true;
  const onDone = (answer: Partial<SetUp>) => {
    const { totpURI, backupCodes } = answer;
    if (totpURI !== undefined && backupCodes !== undefined) setSetUp({ totpURI, backupCodes });
    else if (backupCodes !== undefined) setCodes(backupCodes);
    setAct(null);
  };
  return (
    <Stack gap="md">
      <Group gap="xs">
        {isOn ? (
          <>
            <Button variant="default" onClick={() => setAct("generate-backup-codes")}>
              {t("factorNewCodes")}
            </Button>
            <Button variant="default" onClick={() => setAct("disable")}>
              {t("factorOff")}
            </Button>
          </>
        ) : (
          <Button variant="default" onClick={() => setAct("enable")}>
            {t("factorSetUp")}
          </Button>
        )}
      </Group>
      {codes !== undefined && <BackupCodes codes={codes} />}
      {act !== null && (
        <PasswordDialog
          route={`POST /api/auth/two-factor/${act}`}
          onClose={() => setAct(null)}
          onDone={onDone}
        />
      )}
      {setUp !== undefined && (
        <ConfirmDialog
          uri={setUp.totpURI}
          onClose={() => setSetUp(undefined)}
          onDone={() => {
            setCodes(setUp.backupCodes);
            setSetUp(undefined);
          }}
        />
      )}
    </Stack>
  );
}

/** The first right code turns it on. */
function ConfirmDialog(props: {
  readonly uri: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const t = useTexts(accountTexts);
  const { uri, onClose, onDone } = props;
  const [code, setCode] = useState("");
  const key = new URL(uri).searchParams.get("secret") ?? "";
  const save = useSave(
    () =>
      call("POST /api/auth/two-factor/verify-totp", { body: { code: code.replaceAll(" ", "") } }),
    {
      stale: [ownKeys.devices],
      isQuiet: true,
      onDone: () => {
        void showDone(t("factorDone"));
        onDone();
      },
    },
  );
  return (
    <FormDialog
      title={t("factor")}
      onClose={onClose}
      onSubmit={() => save.mutate(undefined)}
      save={save}
      submitLabel={t("factorConfirm")}
    >
      <Text size="sm">{t("factorScan")}</Text>
      <Anchor href={uri}>{t("factorLink")}</Anchor>
      <CopyField label={t("factorKey")} value={key.replace(/(.{4})(?=.)/g, "$1 ")} />
      <TextInput
        label={t("factorCode")}
        value={code}
        onChange={(event) => setCode(event.currentTarget.value)}
        inputMode="numeric"
        autoComplete="one-time-code"
        data-autofocus
        maxLength={10}
      />
    </FormDialog>
  );
}

function BackupCodes({ codes }: { readonly codes: readonly string[] }) {
  const t = useTexts(accountTexts);
  return (
    <section aria-label={t("codes")}>
      <Text size="sm" fw={600}>
        {t("codes")}
      </Text>
      <Text size="xs" c="dimmed" mb="xs">
        {t("codesHint")}
      </Text>
      <SimpleGrid cols={{ base: 2, xs: 5 }} spacing="xs">
        {codes.map((code) => (
          <Code key={code} ta="center">
            {code}
          </Code>
        ))}
      </SimpleGrid>
    </section>
  );
}
