/** A socket as the hub sees it, and the hub as a socket's door sees it. */
import type { MemberIdentity } from "../actions/deps.ts";
import type { Presence } from "./realtime-hub-presence.ts";

/** A socket as the hub sees it. */
export interface RealtimeSocket {
  /** `sent` is called when the bytes have left this process. */
  send(message: Buffer, sent?: () => void): void;
  bufferedBytes(): number;
  close(code: number, reason: string): void;
  /** Ends it at once, without a good-bye that would have to queue. */
  cut(): void;
  /** Ends it if its member has no access any more, or another role. */
  checkAccess(): void;
}

export interface Joining {
  readonly member: MemberIdentity;
  readonly socket: RealtimeSocket;
  /** Where the client's last connection ended; `null`: from now on. */
  readonly cursor: string | null;
}

/** What to call when the client says something, and when it is gone. */
export interface Joined extends Pick<Presence, "show" | "leave"> {
  /** Its member types in a session, or no longer. */
  type(sessionId: string, typing: boolean): void;
}
