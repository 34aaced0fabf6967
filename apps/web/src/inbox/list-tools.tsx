import { ActionIcon, Menu } from "@mantine/core";
import { IconArrowsSort, IconCheck } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useTexts } from "../i18n/texts.ts";
import type { ViewQuery } from "../sessions/session-list.data.ts";
import { FilterMenu } from "./filter-menu.tsx";
import type { HeaderProps } from "./list-header.tsx";
import { inboxTexts } from "./texts.ts";
import type { ViewSearch } from "./views.data.ts";

const SORTS = ["nextDeadline", "longestWaiting", "newest"] as const;

/** The list's order, and what narrows it. */
export function ListTools(props: HeaderProps) {
  const { view, search, query } = props;
  return (
    <>
      {query.state === "open" && <SortMenu view={view} search={search} sort={query.sort} />}
      <FilterMenu {...props} />
    </>
  );
}

function SortMenu(props: {
  readonly view: string;
  readonly search: ViewSearch;
  readonly sort: ViewQuery["sort"];
}) {
  const t = useTexts(inboxTexts);
  const navigate = useNavigate();
  const choose = (sort: ViewQuery["sort"]) =>
    void navigate({
      to: "/inbox/$view",
      params: { view: props.view },
      search: { ...props.search, sort },
      replace: true,
    });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`${t("sort")}: ${t(props.sort)}`}
          title={`${t("sort")}: ${t(props.sort)}`}
        >
          <IconArrowsSort size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t("sort")}</Menu.Label>
        {SORTS.map((sort) => (
          <Menu.Item
            key={sort}
            onClick={() => choose(sort)}
            aria-current={sort === props.sort}
            rightSection={sort === props.sort && <IconCheck size={14} aria-hidden />}
          >
            {t(sort)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
