import { Button, Group, NumberInput, Paper, Stack, Switch, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { ClockSettings } from "@punctual/contract";
import { useMutation } from "@tanstack/react-query";
import { call } from "../api/http.ts";
import { useTexts } from "../i18n/texts.ts";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { StepHeader } from "./step-header.tsx";
import { firstRunTexts } from "./texts.ts";

const MOST_MINUTES = 43_200;

interface Numbers {
  readonly replyOn: boolean;
  readonly reply: number;
  readonly reassignOn: boolean;
  readonly reassign: number;
  readonly closureOn: boolean;
  readonly closure: number;
  readonly message: string;
}

/** The three numbers; everything else about them is on the settings page. */
export function ClockStep(props: { readonly onNext: () => void; readonly onBack: () => void }) {
  const t = useTexts(firstRunTexts);
  const form = useForm<Numbers>({
    initialValues: {
      replyOn: true,
      reply: 30,
      reassignOn: true,
      reassign: 5,
      closureOn: true,
      closure: 720,
      message: t("endMessageDefault", { name: "{{contact.firstName}}" }),
    },
  });
  const save = useMutation({
    mutationFn: (numbers: Numbers) =>
      call("PUT /settings/clock", { body: { ...settingsOf(numbers), applyTo: "all" } }),
    onSuccess: props.onNext,
  });
  const { values } = form;
  const minutes = (name: "reply" | "reassign" | "closure", label: string) => (
    <NumberInput
      label={label}
      min={name === "reply" ? 2 : 1}
      max={MOST_MINUTES}
      allowDecimal={false}
      suffix={` ${t("minutes")}`}
      disabled={!values[`${name}On`]}
      {...form.getInputProps(name)}
    />
  );
  const toggle = (name: "replyOn" | "reassignOn" | "closureOn", about: string) => (
    <Switch
      aria-label={`${t("useIt")}: ${about}`}
      {...form.getInputProps(name, { type: "checkbox" })}
    />
  );
  return (
    <form onSubmit={form.onSubmit((numbers) => save.mutate(numbers))}>
      <Stack>
        <StepHeader title={t("clockTitle")} text={t("clockText")} />
        {save.error !== null && <ProblemAlert error={save.error} />}
        <Card toggle={toggle("replyOn", t("replyLimit"))}>
          {minutes("reply", t("replyLimit"))}
          <Text size="sm" c="dimmed">
            {t("replyLimitText", { minutes: warnMinutes(values.reply) })}
          </Text>
        </Card>
        <Card toggle={toggle("reassignOn", t("reassignAfter"))}>
          {minutes("reassign", t("reassignAfter"))}
        </Card>
        <Card toggle={toggle("closureOn", t("closeAfter"))}>
          {minutes("closure", t("closeAfter"))}
          <Textarea
            label={t("endMessage")}
            autosize
            maxLength={4096}
            disabled={!values.closureOn}
            {...form.getInputProps("message")}
          />
        </Card>
        <Group justify="space-between">
          <Button variant="subtle" onClick={props.onBack}>
            {t("back")}
          </Button>
          <Button type="submit" loading={save.isPending}>
            {t("finish")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Card(props: { readonly toggle: React.ReactNode; readonly children: React.ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Group align="flex-start" wrap="nowrap">
        <Stack flex={1} gap="xs">
          {props.children}
        </Stack>
        {props.toggle}
      </Group>
    </Paper>
  );
}

/** A sixth of the limit, and at least a minute before it. */
function warnMinutes(limit: number): number {
  return Math.max(1, Math.min(limit - 1, Math.round(limit / 6)));
}

function settingsOf(numbers: Numbers): ClockSettings {
  const message = numbers.message.trim();
  return {
    closure: {
      enabled: numbers.closureOn,
      afterMinutes: numbers.closure,
      message: message === "" ? null : message,
      outsideWindow: "silent",
      reopenWithinMinutes: null,
    },
    reassign: { enabled: numbers.reassignOn, afterMinutes: numbers.reassign, maxPerWait: 3 },
    reply: {
      enabled: numbers.replyOn,
      limitMinutes: numbers.reply,
      warnMinutes: warnMinutes(numbers.reply),
      countFrom: "customerMessage",
    },
  };
}
