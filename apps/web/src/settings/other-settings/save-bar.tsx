import { Button, Group, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useTexts } from "../../i18n/texts.ts";
import { uiTexts } from "../../ui/texts.ts";
import { useClock } from "./clock-form-context.ts";
import classes from "./save-bar.module.css";
import { otherTexts } from "./texts.ts";

/** Always at the bottom of the page: how much isn't saved, and the two ways on. */
export function SaveBar({ onSave }: { readonly onSave: () => void }) {
  const t = useTexts(otherTexts);
  const ui = useTexts(uiTexts);
  const { form } = useClock();
  const count = form.changes.length;
  const wrong = Object.keys({ ...form.serverErrors, ...form.problems }).length;
  return (
    <section className={classes.bar} aria-label={ui("save")}>
      <Group justify="space-between" gap="sm" className={classes.inner}>
        <div aria-live="polite">
          <Text
            size="sm"
            fw={count > 0 ? 600 : 400}
            c={count > 0 ? "var(--mantine-color-text)" : "dimmed"}
          >
            {count > 0 ? t("changes", { count }) : t("noChanges")}
          </Text>
          {wrong > 0 && (
            <Group gap={4} c="var(--overdue)">
              <IconAlertCircle size={14} aria-hidden />
              <Text size="xs">{t("problems", { count: wrong })}</Text>
            </Group>
          )}
        </div>
        <Group gap="xs">
          <Button variant="default" disabled={count === 0} onClick={form.discard}>
            {t("discard")}
          </Button>
          <Button disabled={count === 0 || wrong > 0 || form.hasConflict} onClick={onSave}>
            {ui("save")}
          </Button>
        </Group>
      </Group>
    </section>
  );
}
