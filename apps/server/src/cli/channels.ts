import { whatsapp } from "@punctual/channel-whatsapp";
import type { AnyChannel } from "../actions/deps.ts";

/** Every kind of channel that this version speaks, by name. */
export const channels: ReadonlyMap<string, AnyChannel> = new Map([[whatsapp.kind, whatsapp]]);
