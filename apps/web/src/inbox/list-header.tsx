/** Above the list: which view it is, the search, the order, the filters. */
import { Group, TextInput, Title, UnstyledButton } from "@mantine/core";
import { useDebouncedCallback, useDisclosure } from "@mantine/hooks";
import type { SavedView, SessionCounts } from "@punctual/contract";
import { IconChevronDown, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState } from "react";
import { useShortcuts } from "../app/shortcuts.ts";
import { type TranslateOf, useTexts } from "../i18n/texts.ts";
import type { ViewQuery } from "../sessions/session-list.data.ts";
import classes from "./inbox.module.css";
import { inboxTexts } from "./texts.ts";
import { isViewName, type ViewSearch } from "./views.data.ts";

/** Menus are heavy, and the list is of use before them. */
const ListTools = lazy(async () => ({ default: (await import("./list-tools.tsx")).ListTools }));
const ViewsDrawer = lazy(async () => ({
  default: (await import("./views-drawer.tsx")).ViewsDrawer,
}));

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
  const { view, search } = props;
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
          <Suspense>
            <ListTools {...props} />
          </Suspense>
        </Group>
      </Group>
      <SearchField key={view} view={view} search={search} />
      {isOpen && (
        <Suspense>
          <ViewsDrawer {...props} onClose={close} />
        </Suspense>
      )}
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
