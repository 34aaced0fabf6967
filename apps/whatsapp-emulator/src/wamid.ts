import { randomBytes } from "node:crypto";

/**
 * A fresh message id in the form Meta's samples have: `wamid.` and the base64 of the customer's
 * address and a random key. Ids of customers' messages and of the business's differ in length, as
 * there.
 *
 * @param address the customer's phone (digits) or BSUID.
 */
export function newWamid(from: "customer" | "business", address: string): string {
  const who = Buffer.from(address.slice(0, 255), "ascii");
  const key = from === "customer" ? `3A${randomHex(9)}` : randomHex(9);
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, who.length]),
    who,
    Buffer.from([0x15, 0x02, 0x00, from === "customer" ? 0x12 : 0x11, 0x18, key.length]),
    Buffer.from(key, "ascii"),
    Buffer.from([0x00]),
  ]);
  return `wamid.${bytes.toString("base64")}`;
}

function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex").toUpperCase();
}
