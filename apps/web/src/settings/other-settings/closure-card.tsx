import { Alert, Group, SegmentedControl, Stack, Text, TextInput } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { myChannelsQuery } from "../../api/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { useClock, useFieldError } from "./clock-form-context.ts";
import { isMessageTooLate } from "./clock-hints.data.ts";
import { EndMessageField } from "./end-message-field.tsx";
import { parseMinutes } from "./minutes.data.ts";
import { MinutesField } from "./minutes-field.tsx";
import { SettingCard } from "./setting-card.tsx";
import { otherTexts } from "./texts.ts";
import { TimelinePicture } from "./timeline-picture.tsx";

export function ClosureCard() {
  const t = useTexts(otherTexts);
  const { form, channelId } = useClock();
  const { data: channels = [] } = useQuery(myChannelsQuery);
  const concerned = channels.filter(({ id }) => channelId === null || id === channelId);
  const isLate = isMessageTooLate(form.fields, concerned);
  const isSilent = form.fields["closure.outsideWindow"] === "silent";
  return (
    <SettingCard
      part="closure"
      title={t("closureTitle")}
      about={t("closureAbout")}
      switchLabel={t("closureOn")}
      picture={<Picture />}
    >
      <MinutesField name="closure.afterMinutes" label={t("closeAfter")} />
      <EndMessageField />
      {isLate && (
        <Alert color="yellow" variant="light" icon={<IconInfoCircle size={18} aria-hidden />}>
          {t(isSilent ? "hintWindowSilent" : "hintWindowTemplate")}
        </Alert>
      )}
      <OutsideWindow />
      <MinutesField name="closure.reopenWithinMinutes" label={t("reopen")} />
      <Text size="xs" c="dimmed" mt={-8}>
        {t("reopenHint")}
      </Text>
    </SettingCard>
  );
}

function Picture() {
  const t = useTexts(otherTexts);
  const format = useFormat();
  const { form } = useClock();
  const minutes = parseMinutes(form.fields["closure.afterMinutes"]);
  if (minutes === null || minutes < 1) return null;
  const what = form.fields["closure.message"].trim() === "" ? "closed" : "closedWithMessage";
  return (
    <TimelinePicture
      points={[
        { at: 0, what: t("agentWrites"), look: "start" },
        { at: 1, time: format.minutes(minutes, "short"), what: t(what), look: "end" },
      ]}
    />
  );
}

function OutsideWindow() {
  const t = useTexts(otherTexts);
  const { form, isReadOnly } = useClock();
  const errorOf = useFieldError();
  const id = useId();
  const chosen = form.fields["closure.outsideWindow"];
  return (
    <Stack gap={6}>
      <Text size="sm" fw={600} id={id}>
        {t("outside")}
      </Text>
      <Text size="xs" c="dimmed">
        {t("outsideHint")}
      </Text>
      <SegmentedControl
        aria-labelledby={id}
        style={{ alignSelf: "flex-start" }}
        readOnly={isReadOnly}
        disabled={!form.fields["closure.own"]}
        value={chosen}
        onChange={(value) => form.set({ "closure.outsideWindow": value as typeof chosen })}
        data={(["silent", "template"] as const).map((value) => ({ value, label: t(value) }))}
      />
      {chosen === "template" && (
        <Group align="flex-start">
          <TextInput
            label={t("templateName")}
            value={form.fields["closure.templateName"]}
            onChange={(event) => form.set({ "closure.templateName": event.currentTarget.value })}
            error={errorOf("closure.templateName")}
            readOnly={isReadOnly}
            maxLength={512}
            w={300}
          />
          <TextInput
            label={t("templateLanguage")}
            description={t("templateLanguageHint")}
            inputWrapperOrder={["label", "input", "description", "error"]}
            value={form.fields["closure.templateLanguage"]}
            onChange={(event) =>
              form.set({ "closure.templateLanguage": event.currentTarget.value })
            }
            error={errorOf("closure.templateLanguage")}
            readOnly={isReadOnly}
            maxLength={20}
            w={220}
          />
        </Group>
      )}
    </Stack>
  );
}
