import { randomUUIDv7 } from "node:crypto";

/** A new id: UUID version 7, so that ids of one table grow with time and stay close in its index. */
export function newId(): string {
  return randomUUIDv7();
}
