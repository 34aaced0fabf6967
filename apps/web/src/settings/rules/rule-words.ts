import type { AssignmentRule } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { membersQuery, myChannelsQuery, teamsQuery } from "../../api/queries.ts";
import { useTexts } from "../../i18n/texts.ts";
import { ruleTexts } from "./texts.ts";

/** A rule in two short phrases: when it matches, and who gets the session. */
export function useRuleInWords(): (rule: AssignmentRule) => { when: string; who: string } {
  const t = useTexts(ruleTexts);
  const { data: members = [] } = useQuery(membersQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const { data: channels = [] } = useQuery(myChannelsQuery);
  const named = (ids: readonly string[], all: readonly { id: string; name: string }[]) =>
    ids.map((id) => all.find((each) => each.id === id)?.name ?? "…").join(", ");
  return ({ conditions, target, mode }) => {
    const when = [
      conditions.channels === undefined ? "" : named(conditions.channels, channels),
      conditions.tags?.map((tag) => `#${tag}`).join(", ") ?? "",
      ...Object.entries(conditions.attributes ?? {}).map((pair) => pair.join("=")),
      conditions.customer === undefined ? "" : t(conditions.customer),
      conditions.businessHours === undefined ? "" : t(conditions.businessHours),
    ].filter((text) => text !== "");
    const who =
      "members" in target
        ? named(target.members, members)
        : "team" in target
          ? named([target.team], teams)
          : t("everyone");
    return { when: when.length === 0 ? t("always") : when.join(" · "), who: `${who} (${t(mode)})` };
  };
}
