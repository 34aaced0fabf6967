import { Alert, Button, Code, CopyButton, Group, Modal, SimpleGrid, Stack } from "@mantine/core";
import { IconAlertTriangle, IconCopy } from "@tabler/icons-react";
import { useTexts } from "../../i18n/texts.ts";
import { uiTexts } from "../../ui/texts.ts";
import { securityTexts } from "./texts.ts";

/** Codes for who has lost the phone; each works once. They are shown once. */
export function BackupCodes({ codes }: { readonly codes: readonly string[] }) {
  const t = useTexts(securityTexts);
  const ui = useTexts(uiTexts);
  return (
    <Stack gap="xs">
      <Alert color="yellow" variant="light" icon={<IconAlertTriangle size={18} aria-hidden />}>
        {t("codesOnce")}
      </Alert>
      <SimpleGrid cols={2} component="ul" p={0} m={0} style={{ listStyle: "none" }}>
        {codes.map((code) => (
          <li key={code}>
            <Code fz="sm">{code}</Code>
          </li>
        ))}
      </SimpleGrid>
      <CopyButton value={codes.join("\n")}>
        {({ copied, copy }) => (
          <Button
            variant="default"
            leftSection={<IconCopy size={16} aria-hidden />}
            onClick={copy}
            style={{ alignSelf: "flex-start" }}
          >
            {copied ? ui("copied") : t("copyCodes")}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}

export function BackupCodesDialog(props: {
  readonly codes: readonly string[];
  readonly onClose: () => void;
}) {
  const t = useTexts(securityTexts);
  return (
    <Modal
      opened
      onClose={props.onClose}
      title={t("codes")}
      closeOnClickOutside={false}
      withCloseButton={false}
      centered
    >
      <BackupCodes codes={props.codes} />
      <Group justify="flex-end" mt="md">
        <Button onClick={props.onClose}>{t("codesKept")}</Button>
      </Group>
    </Modal>
  );
}
