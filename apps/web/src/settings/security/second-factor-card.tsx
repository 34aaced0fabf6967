import { Badge, Button, Group, Stack } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { useTexts } from "../../i18n/texts.ts";
import { Loaded } from "../kit/settings-page.tsx";
import { BackupCodesDialog } from "./backup-codes.tsx";
import { Card } from "./card.tsx";
import { PasswordDialog } from "./password-dialog.tsx";
import { currentLoginQuery } from "./queries.ts";
import { SetUpDialog } from "./set-up-dialog.tsx";
import { securityTexts } from "./texts.ts";

type Open = "setUp" | "turnOff" | "newCodes" | null;

/** An authenticator app beside the password: on or off, and new backup codes. */
export function SecondFactorCard() {
  const t = useTexts(securityTexts);
  const query = useQuery(currentLoginQuery);
  const [open, setOpen] = useState<Open>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const close = () => setOpen(null);
  return (
    <Card title={t("factor")} text={t("factorText")}>
      <Loaded query={query}>
        {({ user: { twoFactorEnabled } }) =>
          twoFactorEnabled === true ? (
            <Stack align="flex-start">
              <Badge color="green" leftSection={<IconShieldCheck size={14} aria-hidden />}>
                {t("factorIsOn")}
              </Badge>
              <Group>
                <Button variant="default" onClick={() => setOpen("newCodes")}>
                  {t("newCodes")}
                </Button>
                <Button variant="default" onClick={() => setOpen("turnOff")}>
                  {t("turnOff")}
                </Button>
              </Group>
            </Stack>
          ) : (
            <Button onClick={() => setOpen("setUp")}>{t("setUp")}</Button>
          )
        }
      </Loaded>
      {open === "setUp" && <SetUpDialog onClose={close} />}
      {open === "turnOff" && (
        <PasswordDialog
          title={t("turnOff")}
          text={t("turnOffText")}
          act={(password) => call("POST /api/auth/two-factor/disable", { body: { password } })}
          onDone={close}
          onClose={close}
        />
      )}
      {open === "newCodes" && (
        <PasswordDialog
          title={t("newCodes")}
          text={t("newCodesText")}
          act={(password) =>
            call<{ backupCodes: string[] }>("POST /api/auth/two-factor/generate-backup-codes", {
              body: { password },
            })
          }
          onDone={({ backupCodes }) => {
            close();
            setCodes(backupCodes);
          }}
          onClose={close}
        />
      )}
      {codes !== null && <BackupCodesDialog codes={codes} onClose={() => setCodes(null)} />}
    </Card>
  );
}
