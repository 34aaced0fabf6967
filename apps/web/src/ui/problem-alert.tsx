import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { useTexts } from "../i18n/texts.ts";
import { uiTexts } from "./texts.ts";

/** What went wrong, in the server's own sentence, and what to do about it. */
export function ProblemAlert(props: { readonly error: Error; readonly onRetry?: () => void }) {
  const t = useTexts(uiTexts);
  return (
    <Alert
      color="red"
      icon={<IconAlertCircle size={18} />}
      title={t("somethingWrong")}
      role="alert"
    >
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{props.error.message}</Text>
        {props.onRetry !== undefined && (
          <Button size="xs" variant="light" color="red" onClick={props.onRetry}>
            {t("retry")}
          </Button>
        )}
      </Stack>
    </Alert>
  );
}
