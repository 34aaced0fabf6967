import { Divider, Group, Paper, Switch, Text, Title } from "@mantine/core";
import { type ReactNode, useId } from "react";
import { useTexts } from "../../i18n/texts.ts";
import type { Part } from "./clock-fields.data.ts";
import { useClock } from "./clock-form-context.ts";
import classes from "./setting-card.module.css";
import { otherTexts } from "./texts.ts";

interface CardProps {
  readonly part: Part;
  readonly title: string;
  readonly about: string;
  /** What the switch does, for those who don't see where it stands. */
  readonly switchLabel: string;
  readonly picture: ReactNode;
  readonly children: ReactNode;
}

/** One of the three settings: its switch, what it does, its fields and a picture of the result. */
export function SettingCard({ part, title, about, switchLabel, picture, children }: CardProps) {
  const t = useTexts(otherTexts);
  const { form, channelId, isReadOnly } = useClock();
  const id = useId();
  const isOwn = form.fields[`${part}.own`];
  const isOn = form.fields[`${part}.enabled`];
  return (
    <Paper component="section" withBorder p="lg" aria-labelledby={id}>
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <div>
          <Title order={2} size="h5" id={id}>
            {title}
          </Title>
          <Text size="sm" c="dimmed" mt={4} maw={640}>
            {about}
          </Text>
        </div>
        <Switch
          aria-label={switchLabel}
          checked={isOn}
          disabled={isReadOnly || !isOwn}
          onChange={(event) => form.set({ [`${part}.enabled`]: event.currentTarget.checked })}
          size="md"
        />
      </Group>
      {channelId !== null && (
        <Switch
          mt="md"
          label={t("ownFor")}
          description={isOwn ? undefined : t("inheritsHint")}
          checked={isOwn}
          disabled={isReadOnly}
          onChange={(event) => form.set({ [`${part}.own`]: event.currentTarget.checked })}
        />
      )}
      <Divider my="md" />
      <fieldset className={classes.fields} disabled={!isOwn}>
        {!isOwn && (
          <Text size="sm" fw={500}>
            {t("inherits")}
          </Text>
        )}
        {isOn ? (
          picture
        ) : (
          <Text size="sm" c="dimmed">
            {t("pictureOff")}
          </Text>
        )}
        {children}
      </fieldset>
    </Paper>
  );
}
