import { setTimeout as wait } from "node:timers/promises";
import { EmulatorCallError, type EmulatorClient } from "@punctual/whatsapp-emulator";
import { CONVERSATIONS, OPENINGS } from "./conversations.ts";
import { CUSTOMER_KEYS, CUSTOMERS, type CustomerKey, NUMBERS } from "./people.ts";
import type { Answers } from "./staff.ts";

interface Life {
  readonly whatsapp: EmulatorClient;
  readonly answers: Answers;
  /** What every pause is multiplied with. */
  readonly pace: number;
  readonly signal: AbortSignal;
}

/** Between a message of the business and the customer's next. */
const THINKING_MS = 7_000;
/** Between the end of a conversation and the next one. */
const REST_MS = 25_000;
const LOOK_MS = 30_000;

/** Lets every customer write, wait, answer, and come back with something else, until `signal`. */
export function startCustomers(life: Life): void {
  for (const key of CUSTOMER_KEYS) {
    live(life, key).catch((error: unknown) => {
      if (!life.signal.aborted) console.error(error);
    });
  }
}

async function live(life: Life, key: CustomerKey): Promise<void> {
  const { whatsapp, answers } = life;
  const conversations = CONVERSATIONS.filter(({ customer }) => customer === key);
  let { afterMs, sentMsAgo } = OPENINGS[key];
  for (let index = 0; ; index = (index + 1) % conversations.length) {
    const conversation = conversations[index];
    if (conversation === undefined) return;
    const { phoneNumberId: to } = NUMBERS[conversation.number];
    for (const [text, answer] of conversation.turns) {
      await pause(life, afterMs);
      answers.set(CUSTOMERS[key].phone, [answer]);
      const got = (await whatsapp.sent(key)).length;
      const timestamp = Math.floor((Date.now() - sentMsAgo) / 1_000);
      await whatsapp.write(key, { type: "text", text, to, timestamp });
      await untilSent(life, key, got + 1);
      [afterMs, sentMsAgo] = [THINKING_MS, 0];
    }
    // The end-of-session message.
    await untilSent(life, key, (await whatsapp.sent(key)).length + 1);
    afterMs = REST_MS;
  }
}

async function untilSent({ whatsapp, signal }: Life, key: CustomerKey, count: number) {
  while (!signal.aborted) {
    try {
      await whatsapp.waitForSent(key, count, LOOK_MS);
      return;
    } catch (error) {
      if (!(error instanceof EmulatorCallError)) throw error;
    }
  }
}

async function pause({ pace, signal }: Life, ms: number): Promise<void> {
  await wait(ms * pace, undefined, { signal });
}
