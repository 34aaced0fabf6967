import type { ChatEntry } from "../state.ts";
import type { World } from "../world.ts";

/** Puts what was written into the customer's chat, and forgets what is older than the limit. */
export function recordChat(world: World, customerId: string, entry: ChatEntry): void {
  const { chats } = world.state;
  const chat = chats.get(customerId) ?? [];
  chats.set(customerId, chat);
  chat.push(entry);
  chat.splice(0, Math.max(0, chat.length - world.settings.historyLimit));
  world.feed.publish({ type: "chat", customerId });
}
