import { randomBytes } from "node:crypto";

/** A number from 0 (included) to 1 (excluded), for rules that draw at random. */
export function randomUnit(): number {
  return Math.random();
}

/** A secret nobody can guess: 256 bits, safe in a URL. */
export function randomSecret(): string {
  return randomBytes(32).toString("base64url");
}
