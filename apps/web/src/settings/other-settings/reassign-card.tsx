import { Alert, Group, TextInput } from "@mantine/core";
import { IconInfoCircle } from "@tabler/icons-react";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { useClock, useFieldError } from "./clock-form-context.ts";
import { isOverdueFirst } from "./clock-hints.data.ts";
import { parseMinutes } from "./minutes.data.ts";
import { MinutesField } from "./minutes-field.tsx";
import { hopsOf } from "./pictures.data.ts";
import { SettingCard } from "./setting-card.tsx";
import { otherTexts } from "./texts.ts";
import { TimelinePicture } from "./timeline-picture.tsx";

export function ReassignCard() {
  const t = useTexts(otherTexts);
  const { form, isReadOnly } = useClock();
  const errorOf = useFieldError();
  return (
    <SettingCard
      part="reassign"
      title={t("reassignTitle")}
      about={t("reassignAbout")}
      switchLabel={t("reassignOn")}
      picture={<Picture />}
    >
      <Group align="flex-start">
        <MinutesField name="reassign.afterMinutes" label={t("reassignAfter")} />
        <TextInput
          label={t("maxPerWait")}
          description={t("maxPerWaitHint")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={form.fields["reassign.maxPerWait"]}
          onChange={(event) => form.set({ "reassign.maxPerWait": event.currentTarget.value })}
          error={errorOf("reassign.maxPerWait")}
          readOnly={isReadOnly}
          inputMode="numeric"
          maxLength={5}
          w={300}
        />
      </Group>
      {isOverdueFirst(form.fields) && (
        <Alert color="yellow" variant="light" icon={<IconInfoCircle size={18} aria-hidden />}>
          {t("hintReassign")}
        </Alert>
      )}
    </SettingCard>
  );
}

function Picture() {
  const t = useTexts(otherTexts);
  const format = useFormat();
  const { form } = useClock();
  const after = parseMinutes(form.fields["reassign.afterMinutes"]);
  const max = Number(form.fields["reassign.maxPerWait"]);
  if (after === null || after < 1 || !Number.isInteger(max) || max < 1 || max > 100) return null;
  return (
    <TimelinePicture
      points={hopsOf(after, max).map(({ at, minutes, agent }) => ({
        at,
        ...(minutes === 0 ? {} : { time: format.minutes(minutes, "short") }),
        what: agent === null ? t("queue") : t("agentNumber", { number: agent }),
        look: agent === null ? "end" : agent === 1 ? "start" : "step",
      }))}
    />
  );
}
