import { Button, Container, Stack, Title } from "@mantine/core";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { appTexts } from "./texts.ts";

/** What is shown in place of a page that could not be loaded or drawn. */
export function RouteError({ error }: { readonly error: unknown }) {
  const t = useTexts(appTexts);
  return (
    <Container size="xs" py="xl" component="main">
      <Stack>
        <Title order={1} size="h3">
          {t("crashed")}
        </Title>
        <ProblemAlert error={error instanceof Error ? error : new Error(String(error))} />
        <Button onClick={() => location.reload()}>{t("reload")}</Button>
      </Stack>
    </Container>
  );
}
