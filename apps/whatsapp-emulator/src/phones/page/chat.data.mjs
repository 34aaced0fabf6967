/**
 * What a phone makes of its messages. Pure.
 *
 * @import { Chat, ChatMessage, Customer } from "./types.mjs"
 */

/** Most phones side by side. */
export const MOST_PHONES = 6;

/**
 * The customers that are shown: those named in the address, or the first few that were not put away.
 *
 * @param {readonly Customer[]} customers
 * @param {{ named: readonly string[] | null, first: readonly string[], putAway: readonly string[] }} choice
 *   `first` were chosen by hand and come before others
 */
export function chooseShown(customers, { named, first, putAway }) {
  if (named !== null) {
    return named.flatMap((id) => customers.find((customer) => customer.id === id) ?? []);
  }
  const chosen = first.flatMap((id) => customers.find((customer) => customer.id === id) ?? []);
  const others = customers.filter(({ id }) => !putAway.includes(id) && !first.includes(id));
  const ids = new Set([...chosen, ...others].slice(0, MOST_PHONES).map(({ id }) => id));
  // In the order in which they came, so that a phone that is added moves no other.
  return customers.filter(({ id }) => ids.has(id));
}

/**
 * The messages with one number of the business, each day's after a divider.
 *
 * @param {Chat | undefined} chat
 * @param {string} phoneNumberId
 * @returns {readonly ({ day: number } | { message: ChatMessage, quoted: ChatMessage | null })[]}
 */
export function linesOf(chat, phoneNumberId) {
  const messages = messagesWith(chat, phoneNumberId);
  let last = "";
  return messages.flatMap((message) => {
    const day = new Date(message.at).toDateString();
    const divider = day === last ? [] : [{ day: message.at }];
    last = day;
    const quoted = messages.find(({ id }) => id === message.replyTo) ?? null;
    return [...divider, { message, quoted }];
  });
}

/**
 * What the business wrote and the customer has not looked at.
 *
 * @param {Chat | undefined} chat
 * @param {string} [phoneNumberId] without it: of all numbers
 */
export function unreadOf(chat, phoneNumberId) {
  return messagesWith(chat, phoneNumberId).filter(
    ({ from, status }) => from === "business" && status === "delivered",
  );
}

/**
 * @param {Chat | undefined} chat
 * @param {string} phoneNumberId
 * @returns {ChatMessage | null}
 */
export function lastOf(chat, phoneNumberId) {
  return messagesWith(chat, phoneNumberId).at(-1) ?? null;
}

/**
 * A free number and a name for a phone that is added, the same ones each time.
 *
 * @param {readonly Customer[]} customers
 */
export function suggestPerson(customers) {
  const name =
    NAMES.find((each) => customers.every((customer) => customer.name !== each)) ?? "Customer";
  let index = customers.length + 1;
  while (customers.some(({ phone }) => phone === phoneOf(index).slice(1))) index += 1;
  return { name, phone: phoneOf(index) };
}

const NAMES = ["Thảo Nguyễn", "Ben Carter", "Minh Phạm", "ليلى حسن", "Chloé Dubois", "Hoa Lê"];

/** @param {number} index */
function phoneOf(index) {
  return `+8490555${String(index).padStart(4, "0")}`;
}

/** The letters in the circle that stands for a picture. @param {string} name */
export function initialsOf(name) {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters.map((word) => [...(word ?? "")][0] ?? "").join("");
}

/**
 * @param {Chat | undefined} chat
 * @param {string} [phoneNumberId]
 */
function messagesWith(chat, phoneNumberId) {
  const messages = chat?.messages ?? [];
  if (phoneNumberId === undefined) return messages;
  return messages.filter((message) => message.phoneNumberId === phoneNumberId);
}
