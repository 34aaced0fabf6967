import { MultiSelect, Select, Text } from "@mantine/core";
import type { Session, SessionDetail } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { categoriesQuery, tagsQuery, teamsQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { useMemberNames } from "./member-names.ts";
import { PanelSection } from "./panel-section.tsx";
import { panelTexts } from "./panel-texts.ts";
import type { SessionActMutation } from "./session-acts.ts";
import classes from "./thread.module.css";

/** Who has the session, and what it is about. */
export function AboutSection(props: {
  readonly session: Session;
  readonly may: SessionDetail["may"];
  readonly act: SessionActMutation;
}) {
  const { session, may, act } = props;
  const t = useTexts(panelTexts);
  const nameOf = useMemberNames();
  const { data: tags = [] } = useQuery(tagsQuery);
  const { data: categories = [] } = useQuery(categoriesQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const mayTag = may.includes("tag");
  const team = teams.find(({ id }) => id === session.teamId);
  const asked = act.isPending && act.variables.route === "PUT tags" ? act.variables.body : null;
  const shownTags = asked === null || asked === undefined ? session.tags : tagsIn(asked);
  return (
    <PanelSection title={t("session")}>
      <div className={classes.pair}>
        <span>{t("assignee")}</span>
        <Text size="sm" truncate>
          {session.assigneeId === null ? t("nobody") : nameOf(session.assigneeId)}
        </Text>
      </div>
      {team !== undefined && (
        <div className={classes.pair}>
          <span>{t("team")}</span>
          <Text size="sm" truncate>
            {team.name}
          </Text>
        </div>
      )}
      <MultiSelect
        size="xs"
        mt={6}
        label={t("tags")}
        data={tags.map(({ name }) => name)}
        value={[...shownTags]}
        onChange={(names) => act.mutate({ route: "PUT tags", body: { tags: names } })}
        disabled={!mayTag}
        searchable
        nothingFoundMessage={t("noTags")}
      />
      <Select
        size="xs"
        mt={6}
        label={t("category")}
        data={categories.map(({ id, name }) => ({ value: id, label: name }))}
        value={session.category?.id ?? null}
        onChange={(categoryId) => act.mutate({ route: "PUT category", body: { categoryId } })}
        disabled={!mayTag}
        clearable
        searchable
        nothingFoundMessage={t("noCategories")}
      />
    </PanelSection>
  );
}

function tagsIn(body: object): readonly string[] {
  return "tags" in body && Array.isArray(body.tags) ? body.tags : [];
}
