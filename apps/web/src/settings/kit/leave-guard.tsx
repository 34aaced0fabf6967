import { Button, Group, Modal, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { useTexts } from "../../i18n/texts.ts";
import { settingsTexts } from "../texts.ts";

/** Asks before unsaved changes are lost: to another page, another channel, or by closing the window. */
export function LeaveGuard({ isDirty }: { readonly isDirty: boolean }) {
  const t = useTexts(settingsTexts);
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty,
    enableBeforeUnload: () => isDirty,
    withResolver: true,
  });
  return (
    <Modal
      opened={blocker.status === "blocked"}
      onClose={() => blocker.reset?.()}
      title={t("leaveTitle")}
      centered
    >
      <Text size="sm" mb="lg">
        {t("leaveText")}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={() => blocker.reset?.()} data-autofocus>
          {t("stay")}
        </Button>
        <Button color="red" onClick={() => blocker.proceed?.()}>
          {t("leave")}
        </Button>
      </Group>
    </Modal>
  );
}
