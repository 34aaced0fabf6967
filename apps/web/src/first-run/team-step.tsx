import { Alert, Button, Group, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { AddedMember, AssignmentRules } from "@punctual/contract";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import { call } from "../api/http.ts";
import { keys, meQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { CopyField } from "../ui/copy-field.tsx";
import { ProblemAlert } from "../ui/problem-alert.tsx";
import { StepHeader } from "./step-header.tsx";
import { firstRunTexts } from "./texts.ts";

type Added = z.infer<typeof AddedMember>;

/** Who answers; and the rule without which nobody would get a session. */
export function TeamStep(props: { readonly onNext: () => void; readonly onBack: () => void }) {
  const t = useTexts(firstRunTexts);
  const queries = useQueryClient();
  const { data: me } = useQuery(meQuery);
  const [added, setAdded] = useState<readonly Added[]>([]);
  const needed = (text: string) => (text.trim() === "" ? t("missing") : null);
  const form = useForm({
    initialValues: { name: "", email: "" },
    validate: { name: needed, email: needed },
  });
  const invite = useMutation({
    mutationFn: (body: typeof form.values) => call<Added>("POST /members", { body }),
    onSuccess: (one) => {
      setAdded((before) => [...before, one]);
      form.reset();
      return queries.invalidateQueries({ queryKey: keys.members });
    },
  });
  const finish = useMutation({ mutationFn: ensureRule, onSuccess: props.onNext });
  return (
    <Stack>
      <StepHeader title={t("teamTitle")} text={t("teamText")} />
      <Text size="sm">
        {t("you")}: {me?.member.name} ({me?.member.email})
      </Text>
      {added.map(({ member, invitation }) => (
        <Alert key={member.id} color="green" title={`${t("invited")}: ${member.name}`}>
          {invitation.url === null ? (
            t("mailed")
          ) : (
            <CopyField label={t("giveLink", { name: member.name })} value={invitation.url} />
          )}
        </Alert>
      ))}
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))} noValidate>
        <Group align="flex-start">
          <TextInput
            flex={1}
            miw={160}
            label={t("inviteName")}
            maxLength={200}
            {...form.getInputProps("name")}
          />
          <TextInput
            flex={1}
            miw={200}
            type="email"
            label={t("inviteEmail")}
            {...form.getInputProps("email")}
          />
          <Button type="submit" variant="light" mt={25} loading={invite.isPending}>
            {t("invite")}
          </Button>
        </Group>
      </form>
      {invite.error !== null && <ProblemAlert error={invite.error} />}
      <Text size="sm" c="dimmed">
        {t("ruleText")}
      </Text>
      {finish.error !== null && <ProblemAlert error={finish.error} />}
      <Group justify="space-between">
        <Button variant="subtle" onClick={props.onBack}>
          {t("back")}
        </Button>
        <Button loading={finish.isPending} onClick={() => finish.mutate()}>
          {t("next")}
        </Button>
      </Group>
    </Stack>
  );
}

/** One rule for everybody, unless the business has rules already. */
async function ensureRule(): Promise<void> {
  const { assignmentRules: rules } =
    await call<z.infer<typeof AssignmentRules>>("GET /assignment-rules");
  if (rules.length > 0) return;
  const body = { name: "Everyone", target: { everyone: true }, onlineOnly: true };
  await call("POST /assignment-rules", { body });
}
