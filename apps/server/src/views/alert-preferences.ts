import {
  type AlertPreferences,
  DEFAULT_ALERTS,
  NOTIFICATION_KINDS,
  type QuietHours,
} from "@punctual/contract";
import type { StoredAlertPreferences } from "../store/alert-preferences.ts";

/** What is in force for a member: their choice, or else the defaults of their role. */
export function presentAlertPreferences(
  stored: StoredAlertPreferences | null,
  role: keyof typeof DEFAULT_ALERTS,
): { readonly preferences: AlertPreferences; readonly isDefault: boolean } {
  const { push, email } = stored ?? DEFAULT_ALERTS[role];
  const quietHours: QuietHours | null = stored?.quietHours ?? null;
  const kinds = Object.fromEntries(
    NOTIFICATION_KINDS.map((kind) => [
      kind,
      { push: push.includes(kind), email: email.includes(kind) },
    ]),
  ) as AlertPreferences["kinds"];
  return { preferences: { kinds, quietHours }, isDefault: stored === null };
}

/** The other way round: what is kept of a choice. */
export function parseAlertPreferences({
  kinds,
  quietHours,
}: AlertPreferences): StoredAlertPreferences {
  return {
    push: NOTIFICATION_KINDS.filter((kind) => kinds[kind].push),
    email: NOTIFICATION_KINDS.filter((kind) => kinds[kind].email),
    quietHours,
  };
}
