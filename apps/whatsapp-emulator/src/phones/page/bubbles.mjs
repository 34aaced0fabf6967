/**
 * Messages as bubbles, notices and dividers.
 *
 * @import { ChatMessage } from "./types.mjs"
 * @import { Words } from "./words.mjs"
 */
import { element, icon, spoken } from "./dom.mjs";

/**
 * @typedef {object} Bubble
 * @property {ChatMessage} message
 * @property {ChatMessage | null} quoted
 */

/**
 * What a bubble shows but for its ticks, as text: another one is drawn when it changes.
 *
 * @param {Bubble} bubble
 */
export function signatureOf({ message, quoted }) {
  const { status: _status, ...lasting } = message;
  return JSON.stringify([lasting, quoted?.text, quoted?.deleted]);
}

/**
 * @param {Bubble} bubble
 * @param {Words} words
 * @param {{ name: string, business: string }} people
 */
export function drawBubble(bubble, words, people) {
  const { message } = bubble;
  if (message.type === "numberChange" || message.type === "userIdChange") {
    const said = words.say(message.type, { text: message.text ?? "" });
    return element("div", { class: "divider" }, element("span", {}, said));
  }
  const own = message.from === "customer";
  const made = element(
    "div",
    { class: own ? "bubble own" : "bubble" },
    spoken(words.say(own ? "you" : "them", people)),
    quoteOf(bubble, words),
    ...contentOf(message, words),
    metaOf(message, words),
    reactionsOf(message, words),
  );
  drawTicks(made, message, words);
  return made;
}

/** @param {number} at @param {Words} words */
export function drawDay(at, words) {
  return element("div", { class: "divider" }, element("span", {}, words.day(at)));
}

/**
 * Brings the ticks up to date. Their place is kept, so that only this is told anew.
 *
 * @param {HTMLElement} bubble
 * @param {ChatMessage} message
 * @param {Words} words
 */
export function drawTicks(bubble, { from, status }, words) {
  const ticks = bubble.querySelector(".ticks");
  if (!(ticks instanceof HTMLElement) || from !== "customer" || ticks.dataset.status === status) {
    return;
  }
  ticks.dataset.status = status;
  const { sign, word } = TICKS[status === "accepted" || status === "failed" ? "sent" : status];
  ticks.replaceChildren(icon(sign), spoken(words.say(word)));
}

const TICKS = /** @type {const} */ ({
  waiting: { sign: "waiting", word: "statusWaiting" },
  sent: { sign: "sent", word: "statusSent" },
  delivered: { sign: "twice", word: "statusDelivered" },
  read: { sign: "twice", word: "statusRead" },
});

/**
 * One line about a message, for the list of chats.
 *
 * @param {ChatMessage} message
 * @param {Words} words
 */
export function summaryOf({ type, text, deleted }, words) {
  if (deleted) return words.say("deleted");
  if (type === "text" || type === "buttonReply" || type === "listReply") return text ?? "";
  return [words.typeOf(type), text].filter((part) => part !== null && part !== "").join(": ");
}

/** @param {Bubble} bubble @param {Words} words */
function quoteOf({ quoted }, words) {
  if (quoted === null) return null;
  return element("blockquote", { dir: "auto" }, summaryOf(quoted, words));
}

/**
 * @param {ChatMessage} message
 * @param {Words} words
 * @returns {Node[]}
 */
function contentOf({ type, text, mediaId, deleted }, words) {
  if (deleted) return [element("p", { class: "gone" }, words.say("deleted"))];
  const said = text === null || text === "" ? [] : [element("p", { dir: "auto" }, text)];
  const src = mediaId === null ? null : `/_emulator/media/${encodeURIComponent(mediaId)}`;
  if (src !== null && (type === "image" || type === "sticker")) {
    return [element("img", { src, alt: text ?? words.typeOf(type) }), ...said];
  }
  if (src !== null && type !== "document") {
    const label = words.typeOf(type);
    const kind = type === "video" ? "video" : "audio";
    return [element(kind, { src, controls: true, preload: "metadata", "aria-label": label })];
  }
  if (PLAIN.has(type)) return said;
  return [element("p", { class: "kind" }, words.typeOf(type)), ...said];
}

/** Types of which the text is all there is to see. */
const PLAIN = new Set(["text", "buttonReply", "listReply", "templateButton", "interactive"]);

/** @param {ChatMessage} message @param {Words} words */
function metaOf({ at, edited, from }, words) {
  const time = element("time", { datetime: new Date(at).toISOString() }, words.time(at));
  const ticks = from === "customer" ? element("span", { class: "ticks" }) : null;
  const changed = edited ? element("span", {}, words.say("edited")) : null;
  return element("span", { class: "meta" }, changed, time, ticks);
}

/** @param {ChatMessage} message @param {Words} words */
function reactionsOf({ reactions }, words) {
  if (reactions.length === 0) return null;
  const emoji = reactions.map((reaction) => reaction.emoji).join("");
  const label = words.say("reaction", { emoji });
  return element("span", { class: "reactions", role: "img", "aria-label": label }, emoji);
}
