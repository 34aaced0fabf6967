import type { Account } from "@punctual/contract";
import type { AccountRow } from "../store/accounts.ts";
import { timestamp } from "./timestamp.ts";

export function presentAccount(row: AccountRow): Account {
  return { id: row.id, name: row.name, createdAt: timestamp(row.created_at) };
}
