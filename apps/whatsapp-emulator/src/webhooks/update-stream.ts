import type { Activity } from "../activity.ts";
import {
  countFault,
  type Fault,
  type FaultList,
  type FaultOf,
  findFault,
  takeFault,
} from "../faults.ts";
import type { Timers } from "../timers.ts";
import { type BatchShape, envelopeOf } from "./envelope-of.ts";
import type { Update } from "./update.ts";
import type { WebhookDispatcher, WebhookDraft } from "./webhook-dispatcher.ts";

interface Parts {
  readonly faults: FaultList;
  readonly timers: Timers;
  readonly activity: Activity;
  readonly dispatcher: WebhookDispatcher;
}

type HoldingFault = Fault<FaultOf<"batch">> | Fault<FaultOf<"reorder">>;

/**
 * Takes updates as they happen and hands webhooks to the dispatcher, with the webhook faults
 * between:
 *
 *     lose → delay → reorder or batch (held until full or flushed) → duplicate → dispatcher
 */
export class UpdateStream {
  readonly #parts: Parts;
  readonly #held = new Map<HoldingFault, Update[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** How many updates a `reorder` or `batch` holds. */
  get heldCount(): number {
    return [...this.#held.values()].reduce((sum, updates) => sum + updates.length, 0);
  }

  /**
   * Sends an update on its way.
   *
   * @returns what resolves when the webhook's first attempt is over; at once if it was lost or is
   *   held.
   */
  async emit(update: Update): Promise<void> {
    const { faults, timers, dispatcher, activity } = this.#parts;
    const subject = subjectOf(update);
    if (takeFault(faults, "lose", subject)) {
      dispatcher.recordLost(draftOf([update], "messages"));
      return;
    }
    const end = activity.begin();
    const delay = takeFault(faults, "delay", subject);
    if (delay) await timers.wait(delay.ms);
    await this.#holdOrSend(update);
    end();
  }

  /** Sends several updates as one POST, past the faults that lose, delay or hold. */
  async emitTogether(updates: readonly Update[]): Promise<void> {
    const end = this.#parts.activity.begin();
    await this.#send(updates, "messages", []);
    end();
  }

  /** Sends what is held, of one fault or of all. */
  async release(faultId: string | null): Promise<void> {
    const all = [...this.#held.keys()];
    const chosen = all.filter((fault) => faultId === null || fault.id === faultId);
    if (chosen.length === 0) return;
    const end = this.#parts.activity.begin();
    await Promise.all(chosen.map((fault) => this.#releaseHeld(fault)));
    end();
  }

  async #holdOrSend(update: Update): Promise<void> {
    const subject = subjectOf(update);
    const { faults } = this.#parts;
    const fault = findFault(faults, "reorder", subject) ?? findFault(faults, "batch", subject);
    if (fault === null) return this.#send([update], "messages", []);
    const held = this.#held.get(fault) ?? [];
    held.push(update);
    this.#held.set(fault, held);
    this.#parts.activity.changed();
    if (held.length >= (isBatch(fault) ? fault.spec.max : fault.spec.size)) {
      await this.#releaseHeld(fault);
    }
  }

  async #releaseHeld(fault: HoldingFault): Promise<void> {
    const updates = this.#held.get(fault) ?? [];
    this.#held.delete(fault);
    if (updates.length === 0) return;
    countFault(fault);
    if (isBatch(fault)) {
      await Promise.all(
        groupByNumber(updates).map((group) => this.#send(group, fault.spec.shape, [])),
      );
      return;
    }
    const lanes = [`reorder ${fault.id} ${fault.applied}`];
    await Promise.all(updates.reverse().map((update) => this.#send([update], "messages", lanes)));
  }

  async #send(updates: readonly Update[], shape: BatchShape, lanes: string[]): Promise<void> {
    const draft = draftOf(updates, shape);
    const withLanes = { ...draft, lanes: [...draft.lanes, ...lanes] };
    const { dispatcher, faults } = this.#parts;
    const duplicates = updates.flatMap(
      (update) => takeFault(faults, "duplicate", subjectOf(update)) ?? [],
    );
    const copies = Math.max(1, ...duplicates.map((fault) => fault.copies));
    if (duplicates.some((fault) => fault.concurrent)) {
      await dispatcher.dispatch(withLanes, { copies, firstCopy: 1 });
      return;
    }
    for (let copy = 1; copy <= copies; copy += 1) {
      await dispatcher.dispatch(withLanes, { copies: 1, firstCopy: copy });
    }
  }
}

function isBatch(fault: HoldingFault): fault is Fault<FaultOf<"batch">> {
  return fault.spec.kind === "batch";
}

function subjectOf({ customerId, phoneNumberId, kind, status }: Update) {
  return { customerId, phoneNumberId, update: kind, status };
}

function draftOf(updates: readonly Update[], shape: BatchShape): WebhookDraft {
  return {
    phoneNumberId: updates[0]?.phoneNumberId ?? "",
    updates: updates.map(({ kind, customerId, messageId, status }) => {
      return { kind, customerId, messageId, status };
    }),
    payload: envelopeOf(updates, shape),
    lanes: [...new Set(updates.map((update) => `${update.phoneNumberId} ${update.customerId}`))],
  };
}

/** Numbers may belong to different apps, with other secrets and URLs: each gets its own POST. */
function groupByNumber(updates: readonly Update[]): Update[][] {
  return [...Map.groupBy(updates, (update) => update.phoneNumberId).values()];
}
