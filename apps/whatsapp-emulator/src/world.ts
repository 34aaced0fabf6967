import type { Logger } from "pino";
import { Activity } from "./activity.ts";
import type { PhoneFeed } from "./chat/phone-feed.ts";
import { recordDelivered } from "./chat/record-delivered.ts";
import { createFaultList, type FaultList } from "./faults.ts";
import type { Settings } from "./settings.ts";
import { type BusinessNumber, createState, type State } from "./state.ts";
import { Timers } from "./timers.ts";
import { UpdateStream } from "./webhooks/update-stream.ts";
import { WebhookDispatcher } from "./webhooks/webhook-dispatcher.ts";

/** All that a reset throws away. */
export interface World {
  settings: Settings;
  readonly state: State;
  readonly faults: FaultList;
  readonly activity: Activity;
  readonly timers: Timers;
  readonly dispatcher: WebhookDispatcher;
  readonly updates: UpdateStream;
  /** Tells whoever watches the phones what changed on them. It outlives the world. */
  readonly feed: PhoneFeed;
  readonly log: Logger;
  /** Epoch ms, by the emulator's clock. */
  readonly now: () => number;
}

export function createWorld(
  settings: Settings,
  numbers: Iterable<BusinessNumber>,
  log: Logger,
  feed: PhoneFeed,
): World {
  const state = createState(numbers);
  const faults = createFaultList();
  const activity = new Activity();
  const timers = new Timers(activity);
  const dispatcher = new WebhookDispatcher({
    settings: () => world.settings,
    numbers: state.numbers,
    activity,
    timers,
    log,
    onDelivered: (webhook) => recordDelivered(world, webhook),
  });
  const updates = new UpdateStream({ faults, timers, activity, dispatcher });
  const now = () => Date.now() + world.settings.clockOffsetMs;
  const parts = { settings, state, faults, activity, timers, dispatcher, updates };
  const world: World = { ...parts, feed, log, now };
  return world;
}

export function closeWorld(world: World): void {
  world.timers.close();
  world.dispatcher.close();
  world.activity.close();
}
