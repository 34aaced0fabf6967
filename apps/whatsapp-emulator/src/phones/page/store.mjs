/**
 * What the phones show. The emulator is authoritative: each change is told as it happens, and what it is
 * about is asked for again; after a broken connection, everything is.
 *
 * @import { BusinessNumber, Chat, Customer, PhoneChange } from "./types.mjs"
 */
import { fetchChat, fetchCustomers, fetchNumbers } from "./api.mjs";

/**
 * @typedef {object} State
 * @property {readonly Customer[]} customers
 * @property {readonly BusinessNumber[]} numbers
 * @property {ReadonlyMap<string, Chat>} chats of the customers that are shown
 * @property {boolean} connected
 */

/**
 * Follows the emulator for as long as the page is open.
 *
 * @param {(state: State) => void} onChange
 * @param {(error: unknown) => void} onFailure
 */
export function openStore(onChange, onFailure) {
  /** @type {Map<string, Chat>} */
  const chats = new Map();
  /** @type {State} */
  let state = { customers: [], numbers: [], chats, connected: false };
  /** @type {readonly string[]} */
  let shown = [];
  const change = (/** @type {Partial<State>} */ part) => {
    state = { ...state, ...part };
    onChange(state);
  };
  const again = askOnceMore(onFailure);

  const loadCustomers = () => {
    again("customers", async () => change({ customers: await fetchCustomers() }));
  };
  const loadNumbers = () => {
    again("numbers", async () => change({ numbers: await fetchNumbers() }));
  };
  const loadChat = (/** @type {string} */ customerId) => {
    again(`chat ${customerId}`, async () => {
      chats.set(customerId, await fetchChat(customerId));
      change({});
    });
  };
  const loadAll = () => {
    chats.clear();
    loadNumbers();
    loadCustomers();
    for (const customerId of shown) loadChat(customerId);
  };

  const events = new EventSource("/_emulator/events");
  events.addEventListener("error", () => change({ connected: false }));
  events.addEventListener("message", ({ data }) => {
    /** @type {PhoneChange | { type: "ready" }} */
    const told = JSON.parse(data);
    if (told.type === "ready") change({ connected: true });
    if (told.type === "ready" || told.type === "reset") loadAll();
    else if (told.type === "customers") loadCustomers();
    else if (told.type === "numbers") loadNumbers();
    else if (shown.includes(told.customerId)) loadChat(told.customerId);
  });

  return {
    /** Only these customers' chats are followed. @param {readonly string[]} customerIds */
    show(customerIds) {
      const added = customerIds.filter((id) => !shown.includes(id));
      shown = customerIds;
      for (const customerId of added) loadChat(customerId);
    },
  };
}

/**
 * Lets each question be under way once; what changes meanwhile is asked for once more afterwards.
 *
 * @param {(error: unknown) => void} onFailure
 */
function askOnceMore(onFailure) {
  /** @type {Map<string, boolean>} whether to ask again */
  const underWay = new Map();
  /** @param {string} key @param {() => Promise<void>} ask */
  const start = (key, ask) => {
    underWay.set(key, false);
    ask()
      .catch(onFailure)
      .finally(() => {
        if (underWay.get(key) === true) start(key, ask);
        else underWay.delete(key);
      });
  };
  /** @param {string} key @param {() => Promise<void>} ask */
  return (key, ask) => {
    if (underWay.has(key)) underWay.set(key, true);
    else start(key, ask);
  };
}
