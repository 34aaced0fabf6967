import { Group, Select } from "@mantine/core";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { useClock } from "./clock-form-context.ts";
import { parseMinutes } from "./minutes.data.ts";
import { MinutesField } from "./minutes-field.tsx";
import { warningAt } from "./pictures.data.ts";
import { SettingCard } from "./setting-card.tsx";
import { otherTexts } from "./texts.ts";
import { TimelinePicture } from "./timeline-picture.tsx";

const STARTS = ["customerMessage", "firstAssignment"] as const;

export function ReplyCard() {
  const t = useTexts(otherTexts);
  const { form, isReadOnly } = useClock();
  return (
    <SettingCard
      part="reply"
      title={t("replyTitle")}
      about={t("replyAbout")}
      switchLabel={t("replyOn")}
      picture={<Picture />}
    >
      <Group align="flex-start">
        <MinutesField name="reply.limitMinutes" label={t("limit")} />
        <MinutesField name="reply.warnMinutes" label={t("warn")} />
        <Select
          label={t("countFrom")}
          value={form.fields["reply.countFrom"]}
          onChange={(value) => {
            const chosen = STARTS.find((start) => start === value);
            if (chosen !== undefined) form.set({ "reply.countFrom": chosen });
          }}
          data={STARTS.map((value) => ({ value, label: t(value) }))}
          allowDeselect={false}
          readOnly={isReadOnly}
          w={260}
        />
      </Group>
    </SettingCard>
  );
}

function Picture() {
  const t = useTexts(otherTexts);
  const format = useFormat();
  const { form } = useClock();
  const limit = parseMinutes(form.fields["reply.limitMinutes"]);
  const warn = parseMinutes(form.fields["reply.warnMinutes"]);
  if (limit === null || warn === null || warn < 1 || warn >= limit) return null;
  const isCustomer = form.fields["reply.countFrom"] === "customerMessage";
  return (
    <TimelinePicture
      points={[
        { at: 0, what: t(isCustomer ? "customerWrites" : "firstAssigned"), look: "start" },
        {
          at: warningAt(limit, warn),
          time: format.minutes(limit - warn, "short"),
          what: t("warned"),
          look: "warning",
        },
        { at: 1, time: format.minutes(limit, "short"), what: t("overdue"), look: "overdue" },
      ]}
    />
  );
}
