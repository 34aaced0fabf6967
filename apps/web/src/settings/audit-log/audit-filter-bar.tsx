import { Button, Group, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { membersQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { type AuditFilters, auditFiltersOf } from "./audit-filters.data.ts";
import { ACT_TEXTS, ACTS, actOf } from "./audit-log.data.ts";
import { auditTexts } from "./texts.ts";

/** Who, what and which days. The choice stands in the address, so that it can be sent to a colleague. */
export function AuditFilterBar({ filters }: { readonly filters: AuditFilters }) {
  const t = useTexts(auditTexts);
  const navigate = useNavigate();
  const { data: members = [] } = useQuery(membersQuery);
  const choose = (change: Readonly<Record<string, string | null>>) => {
    const search = auditFiltersOf({ ...filters, ...change });
    void navigate({ to: "/settings/audit-log", search, replace: true });
  };
  return (
    <Group align="flex-end" gap="sm">
      <Select
        label={t("member")}
        placeholder={t("everybody")}
        data={members.map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.member ?? null}
        onChange={(member) => choose({ member })}
        clearable
        clearButtonProps={{ "aria-label": t("clear", { what: t("member") }) }}
        searchable
        w={200}
      />
      <Select
        label={t("act")}
        placeholder={t("everything")}
        data={ACTS.map((value) => ({ value, label: t(ACT_TEXTS[value]) }))}
        value={actOf(filters.act)}
        onChange={(act) => choose({ act })}
        clearable
        clearButtonProps={{ "aria-label": t("clear", { what: t("act") }) }}
        searchable
        w={240}
      />
      {(["from", "until"] as const).map((end) => (
        <TextInput
          key={end}
          type="date"
          label={t(end)}
          value={filters[end] ?? ""}
          onChange={({ currentTarget: { value } }) => choose({ [end]: value })}
          w={150}
        />
      ))}
      {Object.keys(filters).length > 0 && (
        <Button
          variant="subtle"
          onClick={() => void navigate({ to: "/settings/audit-log", search: {}, replace: true })}
        >
          {t("all")}
        </Button>
      )}
    </Group>
  );
}
