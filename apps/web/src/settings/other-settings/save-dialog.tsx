import {
  Button,
  Group,
  List,
  Modal,
  Radio,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
} from "@mantine/core";
import type { ApplyTo } from "@punctual/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { ApiProblem } from "../../api/http.ts";
import { keys } from "../../api/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { uiTexts } from "../../ui/texts.ts";
import { showDone } from "../../ui/toast.ts";
import { settingsOf } from "./clock-fields.data.ts";
import { useClock } from "./clock-form-context.ts";
import { type Preview, previewClock, saveClock } from "./clock-queries.ts";
import { useChangeInWords } from "./field-words.ts";
import { otherTexts } from "./texts.ts";

/** What the save changes, what happens to open sessions at once, and which of them it reaches. */
export function SaveDialog(props: { readonly scope: string; readonly onClose: () => void }) {
  const t = useTexts(otherTexts);
  const ui = useTexts(uiTexts);
  const queries = useQueryClient();
  const inWords = useChangeInWords();
  const { form, channelId } = useClock();
  const [applyTo, setApplyTo] = useState<ApplyTo>("all");
  const settings = settingsOf(form.fields, form.template);
  /** What a field is to blame for is told there; what a colleague did, on the page. */
  const onRefused = (error: Error) => {
    if (!(error instanceof ApiProblem)) return;
    if (error.code === "settings_conflict")
      void queries.invalidateQueries({ queryKey: keys.clock });
    if (error.code === "settings_conflict" || form.refuse(error)) props.onClose();
  };
  const preview = useQuery({
    queryKey: [...keys.clock, "preview", channelId, settings],
    queryFn: () => previewClock(channelId, settings),
    gcTime: 0,
    staleTime: 0,
  });
  const save = useMutation({
    mutationFn: () => saveClock(channelId, settings, { applyTo, ifVersion: form.base.version }),
    onSuccess: async ({ version }) => {
      form.noteSaved(version);
      props.onClose();
      void showDone(t("savedAs", { version }));
      await queries.invalidateQueries({ queryKey: keys.clock });
    },
    onError: onRefused,
  });
  return (
    <Modal opened onClose={props.onClose} title={t("saveTitle")} size="lg" centered>
      <Stack>
        <Text size="sm" c="dimmed">
          {t("saveFor", { scope: props.scope })}
        </Text>
        <List size="sm" style={{ overflowWrap: "anywhere" }}>
          {form.changes.map((change) => (
            <List.Item key={change.field}>{inWords(change)}</List.Item>
          ))}
        </List>
        <Radio.Group
          label={t("applyTo")}
          value={applyTo}
          onChange={(value) => setApplyTo(value === "all" ? "all" : "nextMessage")}
        >
          <Stack gap="xs" mt={8}>
            <Radio value="all" label={t("applyAll")} description={t("applyAllHint")} />
            <Radio value="nextMessage" label={t("applyNext")} description={t("applyNextHint")} />
          </Stack>
        </Radio.Group>
        {preview.error !== null ? (
          <ProblemAlert error={preview.error} onRetry={() => void preview.refetch()} />
        ) : (
          <Numbers preview={preview.data} isNow={applyTo === "all"} />
        )}
        {save.error !== null && <ProblemAlert error={save.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={props.onClose}>
            {ui("cancel")}
          </Button>
          <Button loading={save.isPending} onClick={() => save.mutate()} data-autofocus>
            {ui("save")}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function Numbers(props: { readonly preview: Preview | undefined; readonly isNow: boolean }) {
  const t = useTexts(otherTexts);
  const format = useFormat();
  const { preview, isNow } = props;
  if (preview === undefined) return <Skeleton height={74} />;
  const happening = (count: number) => format.number(isNow ? count : 0);
  const rows = [
    ["openSessions", format.number(preview.openSessions)],
    ["wouldClose", happening(preview.wouldClose)],
    ["wouldOverdue", happening(preview.wouldBecomeOverdue)],
    ["wouldReassign", happening(preview.wouldReassign)],
  ] as const;
  return (
    <section aria-label={t("now")}>
      <Text size="sm" fw={600} mb={6}>
        {t("now")}
      </Text>
      <SimpleGrid cols={{ base: 2, sm: 4 }} component="dl" m={0}>
        {rows.map(([text, count]) => (
          <div key={text}>
            <Text component="dt" size="xs" c="dimmed">
              {t(text)}
            </Text>
            <Text component="dd" m={0} size="xl" fw={700} data-count={text}>
              {count}
            </Text>
          </div>
        ))}
      </SimpleGrid>
    </section>
  );
}
