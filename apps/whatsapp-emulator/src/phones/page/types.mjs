/**
 * What the emulator's calls answer with.
 *
 * @typedef {import("../../chat/present-chat.ts").ChatMessage} ChatMessage
 * @typedef {import("../../client.ts").ChatView} Chat
 * @typedef {import("../../client.ts").CustomerView} Customer
 * @typedef {import("../../client.ts").NumberView} BusinessNumber
 * @typedef {import("../../chat/phone-feed.ts").PhoneChange} PhoneChange
 * @typedef {import("../../control/customer-message-input.ts").CustomerMessageInput} CustomerMessage
 * @typedef {import("../../control/inputs.ts").CustomerPatch} CustomerPatch
 */

export {};
