/**
 * A queue for delayed jobs that Punctual is measured beside. Each keeps one job per session, due at the
 * session's deadline, and runs `fire` for it. How each is set up, and why, is said in `bench/README.md`.
 */
export interface Peer {
  readonly name: string;
  /** Processes that work off jobs side by side. */
  readonly workers: number;
  readonly needsRedis: boolean;
  /** A variant of another that differs in throughput alone. */
  readonly isVariant?: true;
  /** Creates what it needs and schedules the jobs, by its way for many at once. */
  arm(place: PeerPlace, jobs: readonly PeerJob[]): Promise<void>;
  /** Begins to work off due jobs; gives what ends that. */
  work(place: PeerPlace, fire: Fire): Promise<() => Promise<void>>;
  /** Opens what moves a session's job to another time; used by a process that answers customers. */
  openMover(place: PeerPlace): Promise<PeerMover>;
}

export interface PeerPlace {
  readonly databaseUrl: string;
  /** `null` for those that need none. */
  readonly redisPort: number | null;
}

export interface PeerJob {
  readonly sessionId: string;
  /** Epoch ms. */
  readonly dueAt: number;
}

/** Writes what the clock writes for these sessions, in one transaction. */
export type Fire = (run: RunStatement, sessionIds: readonly string[]) => Promise<void>;

/** Runs a statement where the peer wants it: on a connection of its own, or in its transaction. */
export type RunStatement = (
  sql: string,
  params: readonly unknown[],
) => Promise<{ readonly rows: readonly { readonly fired?: unknown }[] }>;

export interface PeerMover {
  move(sessionId: string, dueAt: number): Promise<void>;
  close(): Promise<void>;
}
