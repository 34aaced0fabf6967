/**
 * One phone: the list of chats, or the chat with one number of the business.
 *
 * @import { BusinessNumber, Chat, ChatMessage, Customer } from "./types.mjs"
 * @import { Words } from "./words.mjs"
 */
import { changeCustomer, loseNetwork, read, write } from "./api.mjs";
import { drawBubble, drawDay, drawTicks, signatureOf, summaryOf } from "./bubbles.mjs";
import { initialsOf, lastOf, linesOf, unreadOf } from "./chat.data.mjs";
import { createComposer } from "./composer.mjs";
import { element, icon, keepChildren, menu, spoken } from "./dom.mjs";

/**
 * @typedef {object} PhoneParts
 * @property {Words} words
 * @property {(customer: Customer) => void} rename
 * @property {(customer: Customer) => void} putAway
 * @property {(error: unknown) => void} onFailure
 * @property {(sentence: string) => void} tell
 *
 * @typedef {object} Shown
 * @property {Customer} customer
 * @property {readonly BusinessNumber[]} numbers
 * @property {Chat | undefined} chat
 *
 * @typedef {ReturnType<typeof createPhone>} Phone
 */

/** How near to its end a chat follows what comes, in pixels. */
const NEAR_END = 80;

/** How long the network stays away, in ms. */
const OFFLINE_MS = 30_000;

/**
 * @param {PhoneParts} parts
 * @param {Shown} first
 */
export function createPhone(parts, first) {
  const { words, onFailure } = parts;
  const { id } = first.customer;
  let shown = first;
  /** @type {string | null} The number whose chat is open; `null`: the list of chats. */
  let open = newestChat(first);
  /** Until somebody chooses, the newest chat is open. */
  let isChosen = open !== null;
  const readAll = createReader(id, onFailure);
  const caption = element("header", { class: "caption" });
  const screen = element("div", { class: "screen" });
  const network = createNetworkLine(words, () => loseNetwork(id, 0).catch(onFailure));
  const label = `phone-${id}`;
  const made = element("section", { class: "phone", "aria-labelledby": label }, caption);
  made.append(element("div", { class: "case" }, network.line, screen));
  /** @type {{ update: (shown: Shown) => void }} */
  let view = { update: () => {} };

  const openChat = (/** @type {string | null} */ phoneNumberId) => {
    open = phoneNumberId;
    isChosen = true;
    drawScreen();
    const place = screen.querySelector(open === null ? ".chats button" : "textarea");
    if (place instanceof HTMLElement) place.focus();
  };
  const drawScreen = () => {
    const number = shown.numbers.find((each) => each.phoneNumberId === open);
    view = number
      ? createChatView(screen, { ...parts, number, back: () => openChat(null) }, shown)
      : createListView(screen, words, openChat);
    view.update(shown);
    readOpenChat();
  };
  const readOpenChat = () => {
    if (open === null || document.hidden || shown.customer.offlineForMs !== null) return;
    readAll(unreadOf(shown.chat, open));
  };
  const drawCaption = createCaption(caption, label, parts);

  drawScreen();
  drawCaption(shown);
  network.show(shown.customer.offlineForMs);
  return {
    id,
    element: made,
    /** @param {Shown} next */
    update(next) {
      const before = shown;
      shown = next;
      const opened = open;
      if (next.numbers.every((each) => each.phoneNumberId !== open)) open = null;
      if (!isChosen) open = newestChat(next);
      isChosen ||= open !== null;
      drawCaption(next);
      if (next.customer.offlineForMs !== before.customer.offlineForMs) {
        network.show(next.customer.offlineForMs);
      }
      if (open !== opened || isOther(before, next)) drawScreen();
      else view.update(next);
      readOpenChat();
    },
    /** To be called when the page is looked at again. */
    look: readOpenChat,
    close: network.close,
  };
}

/**
 * Sends receipts, one for each message.
 *
 * @param {string} customerId
 * @param {(error: unknown) => void} onFailure
 */
function createReader(customerId, onFailure) {
  /** @type {Set<string>} */
  const underWay = new Set();
  return (/** @type {readonly ChatMessage[]} */ messages) => {
    for (const { id } of messages.filter((message) => !underWay.has(message.id))) {
      underWay.add(id);
      read(customerId, id)
        .catch(onFailure)
        .finally(() => underWay.delete(id));
    }
  };
}

/**
 * The number with the newest message, or the only one.
 *
 * @param {Shown} shown
 */
function newestChat({ numbers, chat }) {
  const newest = chat?.messages.at(-1)?.phoneNumberId;
  const only = numbers.length === 1 ? numbers[0]?.phoneNumberId : undefined;
  return numbers.find((each) => each.phoneNumberId === newest)?.phoneNumberId ?? only ?? null;
}

/**
 * Whether more than messages changed, so that the screen is drawn anew.
 *
 * @param {Shown} before
 * @param {Shown} next
 */
function isOther(before, next) {
  const name = (/** @type {Shown} */ { customer, numbers }) =>
    JSON.stringify([customer.name, numbers]);
  return name(before) !== name(next);
}

/**
 * Name and number above the phone, what is unread, and its menu.
 *
 * @param {HTMLElement} caption
 * @param {string} label the id of the heading
 * @param {PhoneParts} parts
 */
function createCaption(caption, label, { words, rename, putAway, onFailure }) {
  let drawn = "";
  /** @param {Shown} shown */
  return ({ customer, chat }) => {
    const { name, phone, username, bsuid, readsMessages, id } = customer;
    const unread = unreadOf(chat).length;
    const signature = JSON.stringify([name, phone, username, readsMessages, unread]);
    if (drawn === signature) return;
    // The menu stays as it is while somebody is in it.
    if (caption.querySelector("details[open]") !== null) return;
    drawn = signature;
    const choice = (/** @type {string} */ text, /** @type {() => void} */ click) =>
      element("button", { type: "button", click }, text);
    const reads = element("input", { type: "checkbox" });
    reads.checked = readsMessages;
    reads.addEventListener("change", () => {
      changeCustomer(id, { readsMessages: reads.checked }).catch(onFailure);
    });
    caption.replaceChildren(
      avatar(name),
      element(
        "div",
        { class: "who" },
        element("h2", { id: label }, element("bdi", {}, name), unreadBadge(words, unread)),
        element("p", {}, phone === null ? (username ?? bsuid ?? "") : `+${phone}`),
      ),
      menu(words.say("options", { name }), icon("menu"), [
        choice(words.say("loseNetwork"), () => loseNetwork(id, OFFLINE_MS).catch(onFailure)),
        choice(words.say("rename"), () => rename(customer)),
        choice(words.say("putAway"), () => putAway(customer)),
        element("label", {}, reads, words.say("readsAlone")),
      ]),
    );
  };
}

/**
 * The line at the phone's top: whether it has a network, and when it comes back.
 *
 * @param {Words} words
 * @param {() => void} comeBack
 */
function createNetworkLine(words, comeBack) {
  const text = element("span", { class: "away" });
  const sign = element("span", { class: "sign" });
  const back = element("button", { type: "button", click: comeBack }, words.say("backNow"));
  const line = element("div", { class: "network" }, text, back, sign);
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  const draw = (/** @type {number | null} */ seconds) => {
    const away = seconds !== null;
    line.classList.toggle("gone", away);
    text.textContent = away ? words.say("waitingFor", { seconds }) : "";
    back.hidden = !away;
    sign.replaceChildren(
      icon(away ? "noNetwork" : "network"),
      spoken(away ? "" : words.say("hasNetwork")),
    );
  };
  draw(null);
  return {
    line,
    /** @param {number | null} forMs how long still */
    show(forMs) {
      clearInterval(timer);
      if (forMs === null) return draw(null);
      const until = performance.now() + forMs;
      const drawLeft = () => draw(Math.max(0, Math.ceil((until - performance.now()) / 1_000)));
      drawLeft();
      timer = setInterval(drawLeft, 1_000);
    },
    close: () => clearInterval(timer),
  };
}

/**
 * @param {HTMLElement} screen
 * @param {Words} words
 * @param {(phoneNumberId: string) => void} openChat
 */
function createListView(screen, words, openChat) {
  const list = element("div", { class: "chats" });
  screen.replaceChildren(
    element("div", { class: "head" }, element("h3", {}, words.say("chats"))),
    list,
  );
  return {
    /** @param {Shown} shown */
    update({ numbers, chat }) {
      list.replaceChildren(
        ...(numbers.length === 0
          ? [element("p", { class: "empty" }, words.say("noBusiness"))]
          : []),
        ...numbers.map(({ phoneNumberId, verifiedName }) => {
          const last = lastOf(chat, phoneNumberId);
          const unread = unreadOf(chat, phoneNumberId).length;
          return element(
            "button",
            { type: "button", click: () => openChat(phoneNumberId) },
            avatar(verifiedName),
            element(
              "span",
              { class: "who" },
              element("strong", {}, element("bdi", {}, verifiedName)),
              element(
                "span",
                { class: "last" },
                element("bdi", {}, last ? summaryOf(last, words) : ""),
              ),
            ),
            element("span", { class: "when" }, last ? words.time(last.at) : ""),
            unreadBadge(words, unread),
          );
        }),
      );
    },
  };
}

/**
 * @param {HTMLElement} screen
 * @param {PhoneParts & { number: BusinessNumber, back: () => void }} parts
 * @param {Shown} first
 */
function createChatView(screen, { words, number, back, onFailure, tell }, first) {
  const { phoneNumberId, verifiedName: business } = number;
  const { id, name } = first.customer;
  const people = { name, business };
  const label = words.say("backToChats");
  const backButton = { type: "button", class: "round", "aria-label": label, title: label };
  const below = element("p", { class: "below", role: "status" });
  const lines = element("div", {
    ...{ class: "lines", role: "log", tabindex: 0 },
    "aria-label": words.say("conversation", people),
  });
  const composer = createComposer({
    ...{ words, business, onFailure, tell },
    send: async (message) => await write(id, { ...message, to: phoneNumberId }),
  });
  screen.replaceChildren(
    element(
      "div",
      { class: "head" },
      element("button", { ...backButton, click: back }, icon("back")),
      avatar(business),
      element("div", { class: "who" }, element("h3", {}, element("bdi", {}, business)), below),
    ),
    lines,
    composer,
  );
  const drawTyping = createTyping(below, words);
  const followEnd = createFollower(lines);
  return {
    /** @param {Shown} shown */
    update({ chat }) {
      const wanted = linesOf(chat, phoneNumberId);
      keepChildren(lines, wanted, {
        key: (line) =>
          "day" in line
            ? `day ${new Date(line.day).toDateString()}`
            : line.message.id + signatureOf(line),
        create: (line) =>
          "day" in line ? drawDay(line.day, words) : drawBubble(line, words, people),
        update: (kept, line) => {
          if ("message" in line) drawTicks(kept, line.message, words);
        },
      });
      lines.classList.toggle("none", wanted.length === 0);
      lines.dataset.none = words.say("noMessages");
      followEnd();
      const remaining = chat?.typing.find((each) => each.phoneNumberId === phoneNumberId);
      drawTyping(remaining?.remainingMs ?? 0);
    },
  };
}

/**
 * Keeps the end of a chat in sight, unless somebody scrolled up to read. A picture that has loaded counts
 * like a new message.
 *
 * @param {HTMLElement} lines
 */
function createFollower(lines) {
  let follows = true;
  const follow = () => {
    if (follows) lines.scrollTop = lines.scrollHeight;
  };
  lines.addEventListener("scroll", () => {
    follows = lines.scrollHeight - lines.scrollTop - lines.clientHeight < NEAR_END;
  });
  lines.addEventListener("load", follow, true);
  return follow;
}

/**
 * The line below the business's name: that somebody types there, for so long.
 *
 * @param {HTMLElement} below
 * @param {Words} words
 */
function createTyping(below, words) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const draw = (/** @type {boolean} */ isTyping) => {
    const text = words.say(isTyping ? "typing" : "businessAccount");
    if (below.textContent !== text) below.textContent = text;
    below.classList.toggle("typing", isTyping);
  };
  /** @param {number} remainingMs */
  return (remainingMs) => {
    clearTimeout(timer);
    draw(remainingMs > 0);
    if (remainingMs > 0) timer = setTimeout(() => draw(false), remainingMs);
  };
}

/** @param {string} name */
function avatar(name) {
  const hue = [...name].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 6;
  return element("span", { class: `avatar hue${hue}`, "aria-hidden": "true" }, initialsOf(name));
}

/** @param {Words} words @param {number} count */
function unreadBadge(words, count) {
  if (count === 0) return null;
  const said = spoken(words.say("unread", { count }));
  return element(
    "span",
    { class: "badge" },
    said,
    element("span", { "aria-hidden": "true" }, String(count)),
  );
}
