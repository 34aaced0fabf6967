/** Something that happens at a moment of virtual time. */
export interface SimEvent {
  readonly at: number;
  readonly run: () => void | Promise<void>;
  cancelled: boolean;
}

interface Entry {
  readonly event: SimEvent;
  /** Decides between events of the same moment. */
  readonly tie: number;
  readonly seq: number;
}

/** Events in order of time; those of one moment in an order that chance gives them (a binary heap). */
export class EventQueue {
  readonly #heap: Entry[] = [];
  #seq = 0;

  /** @param tie drawn from the seed */
  add(event: SimEvent, tie: number): void {
    const heap = this.#heap;
    const entry = { event, tie, seq: this.#seq++ };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !before(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  /** When the next event happens; `null`: never. */
  nextAt(): number | null {
    return this.#heap[0]?.event.at ?? null;
  }

  take(): SimEvent | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return undefined;
    if (heap.length > 0) this.#sink(last);
    return first.event;
  }

  /** Puts an entry at the top and lets it sink to its place. */
  #sink(entry: Entry): void {
    const heap = this.#heap;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const [left, right] = [heap[child], heap[child + 1]];
      if (left === undefined) break;
      if (right !== undefined && before(right, left)) child += 1;
      const smaller = heap[child];
      if (smaller === undefined || !before(smaller, entry)) break;
      heap[at] = smaller;
      at = child;
    }
    heap[at] = entry;
  }
}

function before(a: Entry, b: Entry): boolean {
  if (a.event.at !== b.event.at) return a.event.at < b.event.at;
  return a.tie === b.tie ? a.seq < b.seq : a.tie < b.tie;
}
