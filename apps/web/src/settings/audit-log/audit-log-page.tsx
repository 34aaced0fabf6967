/** Settings → Audit log: who changed what, when and from where. */
import { Button, Stack } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { useTexts } from "../../i18n/texts.ts";
import { Empty } from "../kit/empty.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { AuditEntryRow } from "./audit-entry-row.tsx";
import { AuditFilterBar } from "./audit-filter-bar.tsx";
import { auditLogQuery, exportAddress } from "./queries.ts";
import { auditTexts } from "./texts.ts";

export function AuditLogPage() {
  const t = useTexts(auditTexts);
  const filters = useSearch({ from: "/signed-in/settings/audit-log" });
  const query = useInfiniteQuery(auditLogQuery(filters));
  return (
    <SettingsPage
      title={t("title")}
      description={t("about")}
      action={
        <Button
          component="a"
          href={exportAddress(filters)}
          download
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
        >
          {t("export")}
        </Button>
      }
    >
      <AuditFilterBar filters={filters} />
      <Loaded query={query}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0) return <Empty text={t("nothing")} />;
          return (
            <Stack gap="xs">
              {entries.map((entry) => (
                <AuditEntryRow key={entry.id} entry={entry} />
              ))}
              {query.hasNextPage && (
                <Button
                  variant="default"
                  loading={query.isFetchingNextPage}
                  onClick={() => void query.fetchNextPage()}
                >
                  {t("more")}
                </Button>
              )}
            </Stack>
          );
        }}
      </Loaded>
    </SettingsPage>
  );
}
