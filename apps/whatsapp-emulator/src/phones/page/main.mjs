/**
 * The page of simulated phones: which are shown, in which language, and that they follow the emulator.
 *
 * `?show=anna,ben` shows these and no others, `?lang=vi` chooses a language.
 *
 * @import { Customer } from "./types.mjs"
 * @import { State } from "./store.mjs"
 * @import { Phone } from "./phone.mjs"
 * @import { Word } from "./words.mjs"
 */
import { addCustomer, changeCustomer } from "./api.mjs";
import { chooseShown, suggestPerson, unreadOf } from "./chat.data.mjs";
import { byId, element, keepChildren } from "./dom.mjs";
import { createPersonDialog } from "./person-dialog.mjs";
import { createPhone } from "./phone.mjs";
import { openStore } from "./store.mjs";
import { chooseLanguage, createWords } from "./words.mjs";

const TOAST_MS = 6_000;

const query = new URLSearchParams(location.search);
const named = query.get("show")?.split(",") ?? null;
const chosen = /** @type {{ first: string[], putAway: string[] }} */ ({
  ...{ first: [], putAway: [] },
  ...JSON.parse(localStorage.getItem("phones") ?? "{}"),
});
const room = byId("phones", HTMLElement);
const more = byId("more", HTMLSelectElement);
const languages = byId("language", HTMLSelectElement);
const dialog = createPersonDialog();
let words = createWords(
  chooseLanguage([query.get("lang"), localStorage.getItem("language"), ...navigator.languages]),
);
/** @type {Map<string, Phone>} */
const phones = new Map();
/** @type {State} */
let state = { customers: [], numbers: [], chats: new Map(), connected: false };
let wasConnected = false;

drawWords();
const store = openStore((next) => {
  state = next;
  wasConnected ||= next.connected;
  draw();
}, showFailure);
listen();

function listen() {
  byId("add", HTMLButtonElement).addEventListener("click", askNewPhone);
  more.addEventListener("change", () => {
    choose(more.value, true);
    draw();
  });
  languages.addEventListener("change", () => {
    localStorage.setItem("language", languages.value);
    words = createWords(chooseLanguage([languages.value]));
    closePhones();
    drawWords();
    draw();
  });
  document.addEventListener("visibilitychange", () => {
    for (const phone of phones.values()) phone.look();
  });
}

function draw() {
  const shown = chooseShown(state.customers, { named, ...chosen });
  store.show(shown.map(({ id }) => id));
  for (const id of [...phones.keys()].filter((each) => shown.every((one) => one.id !== each))) {
    phones.get(id)?.close();
    phones.delete(id);
  }
  keepChildren(room, shown.map(phoneOf), { key: ({ id }) => id, create: (phone) => phone.element });
  room.dataset.empty = state.connected && shown.length === 0 ? words.say("nobody") : "";
  drawOthers(state.customers.filter((customer) => !shown.includes(customer)));
  byId("connection", HTMLElement).textContent = state.connected
    ? ""
    : words.say(wasConnected ? "lost" : "connecting");
  const unread = shown.reduce((sum, { id }) => sum + unreadOf(state.chats.get(id)).length, 0);
  document.title = `${unread > 0 ? `(${unread}) ` : ""}${words.say("title")}`;
}

/** The customer's phone, brought up to date. @param {Customer} customer */
function phoneOf(customer) {
  const { numbers } = state;
  const shown = { customer, numbers, chat: state.chats.get(customer.id) };
  const known = phones.get(customer.id);
  known?.update(shown);
  if (known !== undefined) return known;
  const phone = createPhone(
    { words, rename: askName, putAway, onFailure: showFailure, tell: showToast },
    shown,
  );
  phones.set(customer.id, phone);
  return phone;
}

/** @param {readonly Customer[]} others */
function drawOthers(others) {
  const hidden = named === null ? others : [];
  byId("more-tool", HTMLElement).hidden = hidden.length === 0;
  if (document.activeElement === more) return;
  more.replaceChildren(
    element("option", { value: "" }, words.say("chooseOne")),
    ...hidden.map(({ id, name }) => element("option", { value: id }, name)),
  );
}

function askNewPhone() {
  const { name, phone } = suggestPerson(state.customers);
  dialog.ask({
    ...{ title: words.say("newPhone"), name, phone },
    save: async (...person) => {
      const { id } = await addCustomer(...person);
      choose(id, true);
    },
  });
}

/** @param {Customer} customer */
function askName({ id, name }) {
  dialog.ask({
    ...{ title: words.say("renamePhone", { name }), name, phone: null },
    save: async (newName) => await changeCustomer(id, { name: newName }),
  });
}

/** @param {Customer} customer */
function putAway({ id }) {
  choose(id, false);
  draw();
  room.focus();
}

/**
 * @param {string} id
 * @param {boolean} isShown
 */
function choose(id, isShown) {
  chosen.first = chosen.first.filter((each) => each !== id);
  chosen.putAway = chosen.putAway.filter((each) => each !== id);
  (isShown ? chosen.first : chosen.putAway).unshift(id);
  localStorage.setItem("phones", JSON.stringify(chosen));
}

function closePhones() {
  for (const { close } of phones.values()) close();
  phones.clear();
  room.replaceChildren();
}

function drawWords() {
  document.documentElement.lang = words.language;
  languages.value = words.language;
  for (const place of document.querySelectorAll("[data-word]")) {
    if (!(place instanceof HTMLElement)) continue;
    place.textContent = words.say(/** @type {Word} */ (place.dataset.word));
  }
}

/** @param {unknown} error */
function showFailure(error) {
  showToast(error instanceof Error ? error.message : String(error));
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let toastTimer;

/** @param {string} sentence */
function showToast(sentence) {
  const toast = byId("toast", HTMLElement);
  toast.textContent = sentence;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => toast.replaceChildren(), TOAST_MS);
}
