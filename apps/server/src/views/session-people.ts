import type { SessionPeople, SessionPerson } from "@punctual/contract";
import type { SessionPeopleTable } from "../store/schema.ts";
import { timestamp } from "./timestamp.ts";

/** Rows → who helps in a session and who watches it, as the API and its events show them. */
export function presentSessionPeople(rows: readonly SessionPeopleTable[]): SessionPeople {
  const { supporter = [], follower = [] } = Object.groupBy(rows, (row) => row.role);
  return { supporters: supporter.map(presentPerson), followers: follower.map(presentPerson) };
}

function presentPerson(row: SessionPeopleTable): SessionPerson {
  return { memberId: row.member_id, addedById: row.added_by, addedAt: timestamp(row.added_at) };
}
