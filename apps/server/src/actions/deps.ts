import type { Channel, ChannelLimits } from "@punctual/channel-kit";
import type { Database } from "../platform/database.ts";
import type { Logger } from "../platform/logger.ts";

/** Any channel implementation; its configuration is opaque outside its own package. */
export type AnyChannel = Channel<unknown>;

/** What every action may use. Built once by `main.ts`; tests build their own. */
export interface Deps {
  readonly db: Database;
  readonly logger: Logger;
  /** Tells loops, here and on other nodes, that a commit gave them something to do. */
  readonly signals: Signals;
  /** Limits of each kind of channel, as data for the machine. */
  readonly limitsOf: (channelKind: string) => ChannelLimits;
  /** How members are mailed; `null`: this server sends no e-mail, and none is queued. */
  readonly mail: MailSettings | null;
}

export interface MailSettings {
  /** Where links in e-mails lead, without a slash at the end. */
  readonly publicUrl: string;
}

/**
 * Signals after a commit. In this process they act at once; through NOTIFY, coalesced, on the others.
 * A lost signal costs at most one polling interval, never correctness.
 */
export interface Signals {
  /** A deadline earlier than any before may be armed: epoch ms by the database's clock. */
  deadlineAt(at: number): void;
  /** The outbox has a row to send. */
  outbox(): void;
  /** The event log grew. */
  events(): void;
  /** Somebody may have become eligible for a session in line, or a session joined it; `null`: of any account. */
  line(accountId: string | null): void;
  /** A save with *apply to all* waits to be applied. */
  settings(): void;
  /** An e-mail waits to be sent. */
  mail(): void;
  /** Somebody's role, login or token changed: what doors remember of who is who may not hold any more. */
  access(): void;
  /** Notifications were written or withdrawn: something may leave for browsers and mailboxes. */
  alerts(): void;
}

/** A member as the doors know them, once they proved who they are. */
export interface MemberIdentity {
  readonly accountId: string;
  readonly id: string;
  readonly role: "agent" | "supervisor" | "admin";
  readonly name: string;
  readonly email: string;
}
