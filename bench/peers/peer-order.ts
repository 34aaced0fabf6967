import type { PeerJob, PeerPlace } from "./peer.ts";

/** What one process of a peer is to do. */
export interface PeerOrder {
  readonly peer: string;
  readonly place: PeerPlace;
  readonly accountId: string;
  readonly task:
    | { readonly type: "arm"; readonly jobs: readonly PeerJob[] }
    | { readonly type: "work" }
    | {
        readonly type: "answer";
        readonly sessionIds: readonly string[];
        readonly perSecond: number;
        readonly dueAt: number;
      };
}

/** What it did. */
export interface PeerReport {
  /** Sessions fired that had been fired before. */
  readonly firedAgain: number;
  /** Customer messages written, and how late the latest of them was done. */
  readonly answered: number;
  readonly behindMs: number;
  readonly peakMemoryMb: number;
  readonly cpuSeconds: number;
}
