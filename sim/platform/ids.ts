/** Stands in for the server's `platform/ids.ts`: ids that grow with the host's clock, from the seed. */
import { currentSimulation } from "../kernel/current.ts";
import { currentHost } from "../kernel/host.ts";
import { hostNow } from "./clock.ts";

export function newId(): string {
  const random = currentHost()?.random ?? currentSimulation().random;
  const time = Math.max(0, hostNow()).toString(16).padStart(12, "0");
  const hex = (bits: number, digits: number) => bits.toString(16).padStart(8, "0").slice(-digits);
  const variant = (random.bits() & 0x3fff) | 0x8000;
  return [
    time.slice(0, 8),
    time.slice(8),
    `7${hex(random.bits(), 3)}`,
    hex(variant, 4),
    hex(random.bits(), 8) + hex(random.bits(), 4),
  ].join("-");
}
