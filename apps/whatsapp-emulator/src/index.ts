/**
 * A WhatsApp Cloud API on this machine, for tests and for trying things out. README.md explains it.
 */

export { PhonesFile } from "./chat/phones-file.ts";
export type { ChatMessage } from "./chat/present-chat.ts";
export { createEmulatorClient, EmulatorCallError, type EmulatorClient } from "./client.ts";
export type { CustomerMessageInput } from "./control/customer-message-input.ts";
export type {
  BulkInput,
  CustomerInput,
  CustomerPatch,
  EchoInput,
  NumberInput,
} from "./control/inputs.ts";
export type { FaultInput } from "./faults.ts";
export type { Settings, SettingsInput } from "./settings.ts";
export { type Emulator, type EmulatorOptions, startEmulator } from "./start-emulator.ts";
export type { GraphCall, SentMessage, SentStatus } from "./state.ts";
export type { WebhookRecord, WebhookState } from "./webhooks/webhook-dispatcher.ts";
