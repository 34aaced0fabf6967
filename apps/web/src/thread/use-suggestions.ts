/** Quick replies and colleagues that fit what is being written, and which of them the arrow keys chose. */
import { fillQuickReply, type Session } from "@punctual/contract";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { membersQuery, meQuery, quickRepliesQuery } from "../api/queries.ts";
import { matching, type Naming, namingAt } from "./suggestion.data.ts";

export interface Suggestion {
  readonly id: string;
  readonly name: string;
  readonly hint: string;
  /** What takes the place of what was typed. */
  readonly text: string;
  /** The member whom a note asks by it. */
  readonly mention: string | null;
}

export interface Writing {
  readonly session: Session;
  readonly isNote: boolean;
  readonly text: string;
  readonly caret: number;
  readonly onPick: (suggestion: Suggestion, naming: Naming) => void;
}

export function useSuggestions({ session, isNote, text, caret, onPick }: Writing) {
  const naming = namingAt(text, caret);
  const all = useSuggested(naming, session, isNote);
  const [chosen, setChosen] = useState(0);
  /** What was put away with Escape stays so until something else is typed. */
  const [dismissed, setDismissed] = useState<string | null>(null);
  const state = naming === null ? null : `${naming.from}${naming.sign}${naming.query}`;
  const suggestions = state === dismissed ? [] : all;
  const index = Math.min(chosen, Math.max(0, suggestions.length - 1));
  const pick = (suggestion: Suggestion | undefined) => {
    if (suggestion === undefined || naming === null) return;
    setChosen(0);
    onPick(suggestion, naming);
  };
  /** @returns whether the key was for the suggestions */
  const onKey = (event: KeyboardEvent): boolean => {
    if (suggestions.length === 0) return false;
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setChosen((index + step + suggestions.length) % suggestions.length);
    else if (event.key === "Enter" || event.key === "Tab") pick(suggestions[index]);
    else if (event.key === "Escape") setDismissed(state);
    else return false;
    event.preventDefault();
    return true;
  };
  return { suggestions, index, pick, onKey };
}

function useSuggested(
  naming: Naming | null,
  session: Session,
  isNote: boolean,
): readonly Suggestion[] {
  const { data: me } = useQuery(meQuery);
  const { data: members = [] } = useQuery(membersQuery);
  const { data: replies = [] } = useQuery({ ...quickRepliesQuery, enabled: naming?.sign === "/" });
  if (naming?.sign === "/") {
    const names = { contactName: session.contact.name, agentName: me?.member.name ?? null };
    return matching(replies, naming.query, ({ shortcut }) => shortcut).map((reply) => {
      const text = fillQuickReply(reply.text, names);
      return { id: reply.id, name: `/${reply.shortcut}`, hint: text, text, mention: null };
    });
  }
  if (naming?.sign !== "@" || !isNote) return [];
  const others = members.filter(({ id, active }) => active && id !== me?.member.id);
  return matching(others, naming.query, ({ name }) => name).map(({ id, name, email }) => ({
    id,
    name,
    hint: email,
    text: `@${name} `,
    mention: id,
  }));
}
