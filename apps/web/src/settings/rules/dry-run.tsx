import {
  Badge,
  Button,
  Group,
  List,
  MultiSelect,
  Paper,
  Select,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import type { DryRunResult } from "@punctual/contract";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call } from "../../api/http.ts";
import { membersQuery, myChannelsQuery, tagsQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { ruleTexts } from "./texts.ts";

/** Asks which rule and who would get a session now, and shows why. */
export function DryRun() {
  const t = useTexts(ruleTexts);
  const { data: channels = [] } = useQuery(myChannelsQuery);
  const { data: catalogue = [] } = useQuery(tagsQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const [tags, setTags] = useState<string[]>([]);
  const [customer, setCustomer] = useState<"new" | "returning">("new");
  const channelId = chosen ?? channels[0]?.id ?? null;
  const run = useMutation({
    mutationFn: () =>
      call<DryRunResult>("POST /assignment-rules/dry-run", {
        body: { contact: { channelId, tags, customer } },
      }),
  });
  return (
    <Paper component="section" withBorder p="lg" aria-labelledby="dry-run">
      <Title order={2} size="h5" id="dry-run">
        {t("dryRun")}
      </Title>
      <Text size="sm" c="dimmed" mb="md">
        {t("dryRunAbout")}
      </Text>
      <Group align="flex-end" mb="md">
        <Select
          label={t("channel")}
          data={channels.map(({ id, name }) => ({ value: id, label: name }))}
          value={channelId}
          onChange={setChosen}
          allowDeselect={false}
        />
        <Select
          label={t("customer")}
          data={(["new", "returning"] as const).map((value) => ({ value, label: t(value) }))}
          value={customer}
          onChange={(value) => setCustomer(value === "returning" ? "returning" : "new")}
          allowDeselect={false}
        />
        <MultiSelect
          label={t("tags")}
          data={catalogue.map(({ name }) => name)}
          value={tags}
          onChange={setTags}
          miw={240}
        />
        <Button
          variant="default"
          loading={run.isPending}
          disabled={channelId === null}
          onClick={() => run.mutate()}
        >
          {t("try")}
        </Button>
      </Group>
      <div aria-live="polite">
        {run.error !== null && <ProblemAlert error={run.error} />}
        {run.data !== undefined && <Result result={run.data} />}
      </div>
    </Paper>
  );
}

function Result({ result }: { readonly result: DryRunResult }) {
  const t = useTexts(ruleTexts);
  const { data: members } = useQuery(membersQuery);
  const chosen = members?.find(({ id }) => id === result.memberId)?.name;
  return (
    <Stack gap="sm">
      <Text fw={600}>{chosen === undefined ? t("nobody") : t("getsIt", { name: chosen })}</Text>
      {result.byChance && (
        <Text size="sm" c="dimmed">
          {t("byChance")}
        </Text>
      )}
      <List size="sm">
        {result.rules.map(({ ruleId, name, matches, whyNot }, place) => (
          <List.Item key={ruleId ?? place}>
            {name}{" "}
            <Badge variant={place === result.decidedBy ? "filled" : "default"} tt="none">
              {place === result.decidedBy ? t("decides") : matches ? t("matches") : whyNot}
            </Badge>
          </List.Item>
        ))}
      </List>
      {result.candidates.length > 0 && (
        <>
          <Text size="sm" fw={600}>
            {t("candidates")}
          </Text>
          <List size="sm">
            {result.candidates.map(({ memberId, name, verdict }) => (
              <List.Item key={memberId}>
                {name}: {verdict}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </Stack>
  );
}
