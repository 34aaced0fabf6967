import { Anchor, Stack, Text } from "@mantine/core";
import { ApiProblem } from "../api/http.ts";
import { useTexts } from "../i18n/texts.ts";
import { CardPage } from "../ui/card-page.tsx";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { firstRunTexts } from "./texts.ts";

/** A link that was used, has expired or isn't complete, and what to do about it. */
export function BadLink(props: {
  readonly error: Error;
  readonly hint: "setupLinkHint" | "invitationHint" | "resetHint";
}) {
  const { error, hint } = props;
  const t = useTexts(firstRunTexts);
  const isGone = error instanceof ApiProblem && error.status === 404;
  return (
    <CardPage title={t("linkBad")}>
      <Stack>
        {isGone ? <Text>{t(hint)}</Text> : <ProblemAlert error={error} />}
        <Anchor href="/login">{t("toLogin")}</Anchor>
      </Stack>
    </CardPage>
  );
}
