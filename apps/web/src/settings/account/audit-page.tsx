/** Settings → Audit log: who changed what, filtered, opened to before and after, exported. */
import { Button, Code, Group, Paper, Select, Stack, Text, TextInput } from "@mantine/core";
import type { AuditEntry } from "@punctual/contract";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { call, withQuery } from "../../api/http.ts";
import { membersQuery } from "../../api/queries.ts";
import { useFormat } from "../../i18n/format.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ProblemAlert } from "../../ui/problem-alert.tsx";
import { Empty } from "../kit/empty.tsx";
import { SettingsPage } from "../kit/settings-page.tsx";
import { ownKeys } from "../queries.ts";
import { AUDIT_ACTS } from "./audit-acts.ts";
import { accountTexts } from "./texts.ts";

interface Filters {
  readonly member: string | null;
  readonly act: string | null;
  readonly from: string;
  readonly until: string;
}

interface Page {
  readonly entries: readonly AuditEntry[];
  readonly nextCursor: string | null;
}

export function AuditPage() {
  const t = useTexts(accountTexts);
  const [filters, setFilters] = useState<Filters>({ member: null, act: null, from: "", until: "" });
  const asked = {
    ...{ member: filters.member, act: filters.act },
    from: momentOf(filters.from, 0),
    until: momentOf(filters.until, 1),
  };
  const query = useInfiniteQuery({
    queryKey: [...ownKeys.auditLog, asked],
    queryFn: ({ pageParam }) =>
      call<Page>(`GET ${withQuery("/audit-log", { ...asked, cursor: pageParam })}`),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    staleTime: 0,
  });
  const entries = query.data?.pages.flatMap((page) => page.entries);
  return (
    <SettingsPage
      title={t("auditTitle")}
      description={t("auditAbout")}
      action={
        <Button
          component="a"
          href={`/api/v1${withQuery("/audit-log/export", asked)}`}
          download="audit-log.jsonl"
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t("export")}
        </Button>
      }
    >
      <FilterFields filters={filters} onChange={setFilters} />
      {query.error !== null && (
        <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
      )}
      {entries?.length === 0 && <Empty text={t("auditEmpty")} />}
      <Stack gap="xs">
        {entries?.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </Stack>
      {query.hasNextPage && (
        <Button
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {t("more")}
        </Button>
      )}
    </SettingsPage>
  );
}

function FilterFields(props: {
  readonly filters: Filters;
  readonly onChange: (filters: Filters) => void;
}) {
  const t = useTexts(accountTexts);
  const { data: members = [] } = useQuery(membersQuery);
  const { filters, onChange } = props;
  return (
    <Group align="flex-end">
      <Select
        label={t("who")}
        placeholder={t("everybody")}
        data={members.map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.member}
        onChange={(member) => onChange({ ...filters, member })}
        searchable
        clearable
        w={190}
      />
      <Select
        label={t("what")}
        placeholder={t("everything")}
        data={[...AUDIT_ACTS]}
        value={filters.act}
        onChange={(act) => onChange({ ...filters, act })}
        searchable
        clearable
        w={230}
      />
      {(["from", "until"] as const).map((name) => (
        <TextInput
          key={name}
          type="date"
          label={t(name)}
          value={filters[name]}
          onChange={(event) => onChange({ ...filters, [name]: event.currentTarget.value })}
        />
      ))}
    </Group>
  );
}

function Entry({ entry }: { readonly entry: AuditEntry }) {
  const t = useTexts(accountTexts);
  const format = useFormat();
  const [isOpen, setOpen] = useState(false);
  const { act, changedAt, memberName, via, ip } = entry;
  return (
    <Paper withBorder p="sm">
      <Group justify="space-between" wrap="nowrap">
        <div style={{ minWidth: 0 }}>
          <Text size="sm" fw={600}>
            {act}
          </Text>
          <Text size="xs" c="dimmed">
            {memberName ?? t("operator")} · {format.moment(changedAt)} · {t(`via_${via}`)}
            {ip !== null && ` · ${ip}`}
          </Text>
        </div>
        <Button
          size="xs"
          variant="default"
          style={{ flex: "none" }}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {t("details")}
        </Button>
      </Group>
      {isOpen && (
        <Stack gap="xs" mt="sm">
          {(["before", "after"] as const).map((side) => (
            <div key={side}>
              <Text size="xs" fw={600}>
                {t(side)}
              </Text>
              <Code block tabIndex={0}>
                {JSON.stringify(entry[side], null, 2)}
              </Code>
            </div>
          ))}
        </Stack>
      )}
    </Paper>
  );
}

/** The beginning of a day in the viewer's zone, or of one after it. */
function momentOf(day: string, daysLater: number): string | null {
  if (day === "") return null;
  const date = new Date(`${day}T00:00:00`);
  date.setDate(date.getDate() + daysLater);
  return Number.isNaN(date.valueOf()) ? null : date.toISOString();
}
