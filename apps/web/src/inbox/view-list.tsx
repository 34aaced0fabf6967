import { ActionIcon, NavLink, Text } from "@mantine/core";
import type { SavedView, SessionCounts } from "@punctual/contract";
import {
  IconAlertTriangle,
  IconArchive,
  IconBookmark,
  IconBrandWhatsapp,
  IconClockExclamation,
  IconInbox,
  IconUserQuestion,
  IconUsers,
  IconUsersGroup,
  IconX,
} from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useFormat } from "../i18n/format.ts";
import { useTexts } from "../i18n/texts.ts";
import classes from "./inbox.module.css";
import { useDeleteView } from "./queries.ts";
import { inboxTexts } from "./texts.ts";
import { countOf, VIEWS, type ViewName, type ViewSearch } from "./views.data.ts";

const ICONS: Record<ViewName, typeof IconInbox> = {
  mine: IconInbox,
  unassigned: IconUserQuestion,
  overdue: IconAlertTriangle,
  "due-soon": IconClockExclamation,
  all: IconUsers,
  closed: IconArchive,
};
/** More of them would hide the views below; all are in the filter. */
const MOST_SHOWN = 12;

interface Props {
  readonly view: string;
  readonly search: ViewSearch;
  readonly saved: readonly SavedView[] | undefined;
  readonly counts: SessionCounts | undefined;
  /** Somebody chose one: where the list covers the screen, it goes away. */
  readonly onChosen?: (() => void) | undefined;
}

/** The views of the inbox, with how many sessions are in each. */
export function ViewList(props: Props) {
  const { view, search, saved = [], counts, onChosen } = props;
  const t = useTexts(inboxTexts);
  const isPlain = search.channel === undefined && search.team === undefined;
  return (
    <>
      {(Object.keys(VIEWS) as ViewName[]).map((name) => {
        const Icon = ICONS[name];
        return (
          <ViewLink
            key={name}
            view={name}
            label={t(name)}
            icon={<Icon size={18} aria-hidden />}
            isChosen={view === name && isPlain}
            count={counts === undefined ? null : countOf(name, counts)}
            isUrgent={name === "overdue"}
            onChosen={onChosen}
          />
        );
      })}
      <SavedViews view={view} saved={saved} onChosen={onChosen} />
      <Part title={t("channels")} items={counts?.channels ?? []}>
        {(channel) => (
          <ViewLink
            key={channel.channelId}
            view="all"
            search={{ channel: channel.channelId }}
            label={channel.name}
            icon={<IconBrandWhatsapp size={18} aria-hidden />}
            isChosen={search.channel === channel.channelId}
            count={channel.open}
            onChosen={onChosen}
          />
        )}
      </Part>
      <Part title={t("teams")} items={counts?.teams ?? []}>
        {(team) => (
          <ViewLink
            key={team.teamId}
            view="all"
            search={{ team: team.teamId }}
            label={team.name}
            icon={<IconUsersGroup size={18} aria-hidden />}
            isChosen={search.team === team.teamId}
            count={team.open}
            onChosen={onChosen}
          />
        )}
      </Part>
    </>
  );
}

function Part<Item>(props: {
  readonly title: string;
  readonly items: readonly Item[];
  readonly children: (item: Item) => ReactNode;
}) {
  if (props.items.length === 0) return null;
  return (
    <>
      <Text component="h2" className={classes.part}>
        {props.title}
      </Text>
      {props.items.slice(0, MOST_SHOWN).map(props.children)}
    </>
  );
}

function SavedViews({ view, saved = [], onChosen }: Pick<Props, "view" | "saved" | "onChosen">) {
  const t = useTexts(inboxTexts);
  const navigate = useNavigate();
  const deleteView = useDeleteView();
  const remove = async (id: string) => {
    if (id === view) await navigate({ to: "/inbox/$view", params: { view: "mine" } });
    deleteView.mutate(id);
  };
  return (
    <Part title={t("saved")} items={saved}>
      {({ id, name }) => (
        <div key={id} className={classes.savedView}>
          <ViewLink
            view={id}
            label={name}
            icon={<IconBookmark size={18} aria-hidden />}
            isChosen={view === id}
            count={null}
            onChosen={onChosen}
          />
          <ActionIcon
            className={classes.savedViewDelete}
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={t("deleteView", { name })}
            onClick={() => void remove(id)}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </div>
      )}
    </Part>
  );
}

function ViewLink(props: {
  readonly view: string;
  readonly search?: ViewSearch;
  readonly label: string;
  readonly icon: ReactNode;
  readonly isChosen: boolean;
  readonly count: number | null;
  readonly isUrgent?: boolean;
  readonly onChosen: (() => void) | undefined;
}) {
  const { view, search = {}, label, icon, isChosen, count, isUrgent = false, onChosen } = props;
  const format = useFormat();
  return (
    <NavLink
      renderRoot={(rest) => <Link to="/inbox/$view" params={{ view }} search={search} {...rest} />}
      className={classes.view}
      label={label}
      leftSection={icon}
      active={isChosen}
      aria-current={isChosen ? "page" : undefined}
      onClick={() => onChosen?.()}
      rightSection={
        count !== null && (
          <Text size="xs" c={isUrgent && count > 0 ? "var(--overdue)" : "dimmed"} fw={600}>
            {format.number(count)}
          </Text>
        )
      }
    />
  );
}
