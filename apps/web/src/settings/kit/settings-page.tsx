import { Alert, Anchor, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconArrowLeft, IconLock } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { uiTexts } from "../../ui/texts.ts";
import classes from "../settings.module.css";
import { settingsTexts } from "../texts.ts";

interface PageProps {
  readonly title: string;
  readonly description?: string;
  /** What stands beside the title: the page's main act. */
  readonly action?: ReactNode;
  /** Says that the member sees it only. */
  readonly isReadOnly?: boolean;
  readonly children: ReactNode;
}

/** A page of the settings: its title, what it is for, and the way back to the menu on a phone. */
export function SettingsPage({ title, description, action, isReadOnly, children }: PageProps) {
  const t = useTexts(settingsTexts);
  return (
    <div className={classes.page}>
      <Anchor component={Link} {...({ to: "/settings" } as object)} className={classes.toMenu}>
        <Group gap={4} py={4} mb="xs">
          <IconArrowLeft size={16} aria-hidden />
          {t("back")}
        </Group>
      </Anchor>
      <Group justify="space-between" align="flex-start" mb="lg">
        <div>
          <Title order={1} size="h3">
            {title}
          </Title>
          {description !== undefined && (
            <Text c="dimmed" size="sm" maw={560}>
              {description}
            </Text>
          )}
        </div>
        {action}
      </Group>
      <Stack gap="lg">
        {isReadOnly === true && (
          <Alert variant="light" color="gray" icon={<IconLock size={18} aria-hidden />}>
            {t("readOnly")}
          </Alert>
        )}
        {children}
      </Stack>
    </div>
  );
}

/** What is being fetched: a shape until it is there, the server's sentence when it can't be. */
export function Loaded<Data>(props: {
  readonly query: {
    readonly data: Data | undefined;
    readonly error: Error | null;
    readonly refetch: () => unknown;
  };
  readonly children: (data: Data) => ReactNode;
}) {
  const t = useTexts(uiTexts);
  const { data, error, refetch } = props.query;
  if (data !== undefined) return props.children(data);
  if (error !== null) return <ProblemAlert error={error} onRetry={refetch} />;
  return (
    <Stack role="status" aria-label={t("loading")}>
      <Skeleton height={90} />
      <Skeleton height={90} />
    </Stack>
  );
}
