import { Alert, Button, Group, Text } from "@mantine/core";
import { IconUsers } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { membersQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { useClock } from "./clock-form-context.ts";
import { otherTexts } from "./texts.ts";
import type { SavedClock } from "./use-clock-form.ts";

/** A colleague saved while somebody edits here: nothing is overwritten, and nothing is lost. */
export function ConflictNotice({ saved }: { readonly saved: SavedClock }) {
  const t = useTexts(otherTexts);
  const { form } = useClock();
  const { data: members } = useQuery(membersQuery);
  if (!form.hasConflict) return null;
  const who = members?.find(({ id }) => id === saved.savedBy)?.name ?? t("somebody");
  return (
    <Alert
      color="yellow"
      icon={<IconUsers size={18} aria-hidden />}
      title={t("conflictTitle")}
      role="alert"
    >
      <Text size="sm" mb="sm">
        {t("conflictText", { who, version: saved.version })}
      </Text>
      <Group gap="xs">
        <Button size="xs" onClick={form.keepMine}>
          {t("conflictKeep")}
        </Button>
        <Button size="xs" variant="default" onClick={form.discard}>
          {t("conflictDrop")}
        </Button>
      </Group>
    </Alert>
  );
}
