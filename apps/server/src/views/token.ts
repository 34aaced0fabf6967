import type { ApiToken } from "@punctual/contract";
import type { TokenRow } from "../store/tokens.ts";
import { timestamp } from "./timestamp.ts";

/** A row → an API token without its secret, which nobody has but its owner. */
export function presentToken(row: TokenRow): ApiToken {
  return {
    id: row.id,
    memberId: row.member_id,
    name: row.name,
    createdAt: timestamp(row.created_at),
  };
}
