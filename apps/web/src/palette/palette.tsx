/** Ctrl or Cmd and K: go anywhere, find any session, do what the menus do. Loaded when first asked for. */
import { useMantineColorScheme } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight } from "@mantine/spotlight";
import "@mantine/spotlight/styles.css";
import type { Session } from "@punctual/contract";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { call, withQuery } from "../api/http.ts";
import { keys } from "../api/queries.ts";
import { appTexts } from "../app/texts.ts";
import { useTexts } from "../i18n/texts.ts";
import { inboxTexts } from "../inbox/texts.ts";
import { VIEWS, type ViewName } from "../inbox/views.data.ts";
import { paletteTexts } from "./texts.ts";

const TYPING_PAUSE_MS = 200;
const SHORTEST_SEARCH = 2;
const MOST_SESSIONS = 8;

interface Command {
  readonly id: string;
  readonly group: string;
  readonly label: string;
  readonly run: () => void;
}

export function Palette() {
  const t = useTexts(paletteTexts);
  const [query, setQuery] = useState("");
  const commands = useCommands().filter(({ label }) => matches(label, query));
  const { sessions, isSearching } = useFoundSessions(query);
  const groups = Map.groupBy([...commands, ...sessions], ({ group }) => group);
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      clearQueryOnClose
      attributes={{ content: { "aria-label": t("open") } }}
    >
      <Spotlight.Search placeholder={t("placeholder")} aria-label={t("open")} />
      <Spotlight.ActionsList>
        {[...groups].map(([group, actions]) => (
          <Spotlight.ActionsGroup key={group} label={group}>
            {actions.map(({ id, label, run }) => (
              <Spotlight.Action key={id} label={label} onClick={run} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.size === 0 && (
          <Spotlight.Empty>{t(isSearching ? "searching" : "nothing")}</Spotlight.Empty>
        )}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Every word that was typed is somewhere in the label. */
function matches(label: string, query: string): boolean {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => label.toLowerCase().includes(word));
}

function useCommands(): Command[] {
  const t = useTexts(paletteTexts);
  const app = useTexts(appTexts);
  const inbox = useTexts(inboxTexts);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { setColorScheme } = useMantineColorScheme();
  const setStatus = async (status: string) => {
    await call("PUT /me/status", { body: { status } });
    await queries.invalidateQueries({ queryKey: keys.me });
  };
  const themes = [
    ["light", "light"],
    ["dark", "dark"],
    ["auto", "system"],
  ] as const;
  return [
    ...(Object.keys(VIEWS) as ViewName[]).map((view) => ({
      id: `view-${view}`,
      group: t("views"),
      label: t("goTo", { name: inbox(view) }),
      run: () => void navigate({ to: "/inbox/$view", params: { view } }),
    })),
    ...(["available", "away", "offline"] as const).map((status) => ({
      id: `status-${status}`,
      group: t("you"),
      label: t("statusTo", { name: app(status) }),
      run: () => void setStatus(status).catch(() => undefined),
    })),
    ...themes.map(([scheme, name]) => ({
      id: `theme-${scheme}`,
      group: t("you"),
      label: t("themeTo", { name: app(name) }),
      run: () => setColorScheme(scheme),
    })),
  ];
}

function useFoundSessions(query: string) {
  const t = useTexts(paletteTexts);
  const inbox = useTexts(inboxTexts);
  const navigate = useNavigate();
  const [text] = useDebouncedValue(query.trim(), TYPING_PAUSE_MS);
  const { data = [], isFetching } = useQuery({
    queryKey: ["palette", text],
    queryFn: async ({ signal }) => {
      const path = withQuery("/sessions", { state: "all", text, limit: MOST_SESSIONS });
      return (await call<{ sessions: Session[] }>(`GET ${path}`, { signal })).sessions;
    },
    enabled: text.length >= SHORTEST_SEARCH,
  });
  const sessions = data.map(({ id, contact, preview }) => ({
    id,
    group: t("sessions"),
    label: [contact.name ?? contact.phone ?? inbox("unnamed"), preview?.text]
      .filter(Boolean)
      .join(" · "),
    run: () =>
      void navigate({ to: "/inbox/$view/$sessionId", params: { view: "all", sessionId: id } }),
  }));
  return { sessions, isSearching: isFetching };
}
