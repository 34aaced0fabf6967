import { createHash } from "node:crypto";

/**
 * What is stored of a secret that we made ourselves. Such a secret has 256 random bits, so a plain
 * hash can't be guessed back; and since it is looked up by its hash, the time a look-up takes says
 * nothing about the secret.
 */
export function hashSecret(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}
