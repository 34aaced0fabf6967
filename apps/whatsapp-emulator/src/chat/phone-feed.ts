/** What changed on the phones; whoever watches asks for it again. */
export type PhoneChange =
  /** A customer came, or changed: name, network, habits. */
  | { readonly type: "customers" }
  | { readonly type: "numbers" }
  /** A message came or went, a tick, "typing". */
  | { readonly type: "chat"; readonly customerId: string }
  /** Everything began anew. */
  | { readonly type: "reset" };

/** Tells watchers what changed on the phones, as it happens. Nothing is kept for those who come later. */
export class PhoneFeed {
  readonly #watchers = new Set<(change: PhoneChange) => void>();

  /** Calls `watcher` at each change, until the returned function is called. */
  watch(watcher: (change: PhoneChange) => void): () => void {
    this.#watchers.add(watcher);
    return () => {
      this.#watchers.delete(watcher);
    };
  }

  publish(change: PhoneChange): void {
    for (const watcher of this.#watchers) watcher(change);
  }
}
