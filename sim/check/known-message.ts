/** What was committed of a message of ours, for when a request for it reaches the provider. */
export interface KnownMessage {
  readonly sessionId: string;
  readonly kind: "agent" | "automatic";
  readonly contentType: string;
  readonly attempts: number;
  /** The claim for the latest attempt was committed. */
  readonly claimed: boolean;
  /** It was claimed after the customer wrote again, or the session went on (clock.md §9.3). */
  readonly claimedTooLate: boolean;
  readonly withdrawn: boolean;
  /** The customer's latest stamp when it was claimed. */
  readonly lastStamp: number;
}
