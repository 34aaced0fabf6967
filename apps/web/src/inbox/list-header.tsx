/** Above the list: which view it is, the search, the order, the filters. */
import { ActionIcon, Drawer, Group, Menu, TextInput, Title, UnstyledButton } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import type { SavedView, SessionCounts } from "@punctual/contract";
import { IconArrowsSort, IconCheck, IconChevronDown, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { useShortcuts } from "../app/shortcuts.ts";
import { type TranslateOf, useTexts } from "../i18n/texts.ts";
import type { ViewQuery } from "../sessions/session-list.data.ts";
import { FilterMenu } from "./filter-menu.tsx";
import classes from "./inbox.module.css";
import { inboxTexts } from "./texts.ts";
import { ViewList } from "./view-list.tsx";
import { isViewName, type ViewSearch } from "./views.data.ts";

const SORTS = ["nextDeadline", "longestWaiting", "newest"] as const;
/** Between two letters of somebody who types. */
const TYPING_PAUSE_MS = 250;

export interface HeaderProps {
  readonly view: string;
  readonly search: ViewSearch;
  readonly query: ViewQuery;
  readonly saved: readonly SavedView[] | undefined;
  readonly counts: SessionCounts | undefined;
}

export function ListHeader(props: HeaderProps) {
  const { view, search, query, saved, counts } = props;
  const t = useTexts(inboxTexts);
  const [isOpen, { open, close }] = useDisclosure();
  return (
    <div className={classes.header}>
      <Group justify="space-between" wrap="nowrap" gap="xs">
        <Title order={1} size="h4" className={classes.title} visibleFrom="lg">
          {titleOf(props, t)}
        </Title>
        <UnstyledButton onClick={open} hiddenFrom="lg" aria-label={t("chooseView")}>
          <Group gap={4} wrap="nowrap">
            <Title order={1} size="h4" className={classes.title}>
              {titleOf(props, t)}
            </Title>
            <IconChevronDown size={18} aria-hidden />
          </Group>
        </UnstyledButton>
        <Group gap={4} wrap="nowrap">
          {query.state === "open" && <SortMenu view={view} search={search} sort={query.sort} />}
          <FilterMenu {...props} />
        </Group>
      </Group>
      <SearchField key={view} view={view} search={search} />
      <Drawer opened={isOpen} onClose={close} title={t("views")} size="xs">
        <ViewList view={view} search={search} saved={saved} counts={counts} onChosen={close} />
      </Drawer>
    </div>
  );
}

function titleOf(
  { view, search, saved, counts }: HeaderProps,
  t: TranslateOf<typeof inboxTexts>,
): string {
  const channel = counts?.channels.find(({ channelId }) => channelId === search.channel);
  const team = counts?.teams.find(({ teamId }) => teamId === search.team);
  const part = channel?.name ?? team?.name;
  if (view === "all" && part !== undefined) return part;
  return isViewName(view) ? t(view) : (saved?.find(({ id }) => id === view)?.name ?? t("all"));
}

function SearchField({ view, search }: Pick<HeaderProps, "view" | "search">) {
  const t = useTexts(inboxTexts);
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(search.text ?? "");
  const ask = useDebouncedCallback((wanted: string) => {
    const { text: _old, ...others } = search;
    const next = wanted === "" ? others : { ...others, text: wanted };
    void navigate({ to: "/inbox/$view", params: { view }, search: next, replace: true });
  }, TYPING_PAUSE_MS);
  useShortcuts(t("keys"), [{ key: "s", label: t("keySearch"), run: () => input.current?.focus() }]);
  return (
    <TextInput
      ref={input}
      type="search"
      size="xs"
      aria-label={t("search")}
      placeholder={t("search")}
      leftSection={<IconSearch size={14} aria-hidden />}
      value={text}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value);
        ask(currentTarget.value);
      }}
      onKeyDown={({ key, currentTarget }) => key === "Escape" && currentTarget.blur()}
    />
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
