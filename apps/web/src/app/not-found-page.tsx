import { Button, Container, Text, Title } from "@mantine/core";
import { useTexts } from "../i18n/texts.ts";
import { appTexts } from "./texts.ts";

export function NotFoundPage() {
  const t = useTexts(appTexts);
  return (
    <Container size="xs" py="xl" component="main">
      <Title order={1} size="h2" mb="xs">
        {t("notFoundTitle")}
      </Title>
      <Text c="dimmed" mb="lg">
        {t("notFoundText")}
      </Text>
      <Button component="a" href="/">
        {t("toInbox")}
      </Button>
    </Container>
  );
}
