import { useQuery } from "@tanstack/react-query";
import { useCallback } from "react";
import { membersQuery } from "../api/queries.ts";
import { useTexts } from "../i18n/texts.ts";
import { threadTexts } from "./texts.ts";

/** How members are called, by id. */
export function useMemberNames(): (id: string) => string {
  const t = useTexts(threadTexts);
  const { data: members } = useQuery(membersQuery);
  return useCallback(
    (id) => members?.find((member) => member.id === id)?.name ?? t("formerMember"),
    [members, t],
  );
}
