import { createContext, useContext } from "react";
import type { OutgoingMessages } from "./outgoing.ts";
import type { ThreadStore } from "./thread-store.ts";

/** What a signed-in screen holds of threads, and of what is on its way to the server. */
export interface Threads {
  readonly store: ThreadStore;
  readonly outgoing: OutgoingMessages;
}

export const ThreadsContext = createContext<Threads | null>(null);

export function useThreads(): Threads {
  const threads = useContext(ThreadsContext);
  if (threads === null) throw new Error("outside of the signed-in part of the app");
  return threads;
}
