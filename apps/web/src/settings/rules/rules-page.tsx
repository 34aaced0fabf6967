/** Settings → Assignment rules: their order, what each does, and trying them out. */
import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTexts } from "../../i18n/texts.ts";
import { Empty } from "../kit/empty.tsx";
import { Loaded, SettingsPage } from "../kit/settings-page.tsx";
import { useMay } from "../kit/use-may.ts";
import { rulesQuery } from "../queries.ts";
import { DryRun } from "./dry-run.tsx";
import { RuleDialog } from "./rule-dialog.tsx";
import { RuleList } from "./rule-list.tsx";
import { ruleTexts } from "./texts.ts";

export function RulesPage() {
  const t = useTexts(ruleTexts);
  const may = useMay();
  const query = useQuery(rulesQuery);
  const [isAdding, setAdding] = useState(false);
  const mayChange = may("changeRules");
  return (
    <SettingsPage
      title={t("title")}
      description={t("about")}
      isReadOnly={!mayChange}
      action={
        mayChange && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            {t("add")}
          </Button>
        )
      }
    >
      <Loaded query={query}>
        {(rules) =>
          rules.length === 0 ? (
            <Empty text={t("empty")} />
          ) : (
            <RuleList rules={rules} isReadOnly={!mayChange} />
          )
        }
      </Loaded>
      {may("tryRules") && <DryRun />}
      {isAdding && <RuleDialog rule={null} onClose={() => setAdding(false)} />}
    </SettingsPage>
  );
}
