import { Group, Kbd, Modal, Stack, Text, Title } from "@mantine/core";
import { useShortcutGroups } from "../app/shortcuts.ts";
import { useTexts } from "../i18n/texts.ts";
import { paletteTexts } from "./texts.ts";

/** All keys that do something where one is now. */
export function ShortcutsDialog(props: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const t = useTexts(paletteTexts);
  const groups = Map.groupBy(useShortcutGroups(), ({ title }) => title);
  return (
    <Modal
      opened={props.isOpen}
      onClose={props.onClose}
      title={t("shortcuts")}
      closeButtonProps={{ "aria-label": t("close") }}
    >
      <Stack gap="lg">
        {[...groups].map(([title, parts]) => (
          <Stack key={title} gap="xs">
            <Title order={3} size="sm">
              {title}
            </Title>
            {parts
              .flatMap(({ shortcuts }) => shortcuts)
              .map(({ key, label }) => (
                <Group key={key} justify="space-between" wrap="nowrap">
                  <Text size="sm">{label}</Text>
                  <Kbd>{key}</Kbd>
                </Group>
              ))}
          </Stack>
        ))}
      </Stack>
    </Modal>
  );
}
