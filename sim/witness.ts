/** What the world knows for certain, whatever the rows say. It only grows; times are virtual epoch ms. */
export interface Witness {
  /** Customers' messages whose webhook was answered 200, in the order of the answers. */
  readonly acknowledged: readonly Acknowledged[];
  /** Requests that the provider received, in order. */
  readonly sends: readonly ReceivedSend[];
  /** When deadlines could not be met on time. Spans may overlap; in the order in which they began. */
  readonly disturbed: readonly Disturbance[];
  /** The lateness that polling alone allows in this run, ms. */
  readonly latenessGoalMs: number;
  /** The channel's messaging window (clock.md §5), ms. */
  readonly windowMs: number;
}

/** A customer's message or an echo that we promised the provider to have stored (clock.md §9.8). */
export interface Acknowledged {
  readonly externalId: string;
  readonly accountId: string;
  readonly channelId: string;
  readonly at: number;
}

/** One request to send a message, by our reference. */
export interface ReceivedSend {
  readonly messageId: string;
  readonly at: number;
  /** Whether the provider took it, whatever its answer was and whether it arrived. */
  readonly accepted: boolean;
  /** What the node that sent it heard: `retry` asks for a second request; `null`: nothing, or not yet. */
  readonly heard: "sent" | "rejected" | "retry" | null;
}

/** No node up, the database away, a statement blocked for long: no deadline is promised meanwhile. */
export interface Disturbance {
  readonly from: number;
  /** `null`: still going on. */
  readonly until: number | null;
}
