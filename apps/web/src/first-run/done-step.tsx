import { Button, Stack } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useTexts } from "../i18n/texts.ts";
import { StepHeader } from "./step-header.tsx";
import { firstRunTexts } from "./texts.ts";

export function DoneStep() {
  const t = useTexts(firstRunTexts);
  return (
    <Stack align="flex-start">
      <StepHeader title={t("doneTitle")} text={t("doneText")} />
      <Button renderRoot={(rest) => <Link to="/inbox/$view" params={{ view: "all" }} {...rest} />}>
        {t("openInbox")}
      </Button>
    </Stack>
  );
}
