/** Stands in for the server's `platform/random.ts`: chance from the seed. */
import { currentSimulation } from "../kernel/current.ts";
import { currentHost } from "../kernel/host.ts";

export function randomUnit(): number {
  return (currentHost()?.random ?? currentSimulation().random).unit();
}

export function randomSecret(): string {
  return Array.from({ length: 8 }, () =>
    Math.floor(randomUnit() * 0x1_0000_0000).toString(36),
  ).join("");
}
