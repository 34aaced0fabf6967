/**
 * The emulator's control calls that the page makes. Each throws an Error with a sentence for people.
 *
 * @import { BusinessNumber, Chat, Customer, CustomerMessage, CustomerPatch } from "./types.mjs"
 */

/** @returns {Promise<Customer[]>} in the order in which they came */
export async function fetchCustomers() {
  return (await call("GET", "/customers")).customers;
}

/** @returns {Promise<BusinessNumber[]>} */
export async function fetchNumbers() {
  return (await call("GET", "/numbers")).numbers;
}

/**
 * @param {string} customerId
 * @returns {Promise<Chat>}
 */
export async function fetchChat(customerId) {
  return await call("GET", `${pathOf(customerId)}/chat`);
}

/**
 * A phone whose messages are read when its chat is looked at, and not by themselves.
 *
 * @param {string} name
 * @param {string} phone
 * @returns {Promise<Customer>}
 */
export async function addCustomer(name, phone) {
  return await call("POST", "/customers", { name, phone, readsMessages: false });
}

/**
 * @param {string} customerId
 * @param {CustomerPatch} patch
 */
export async function changeCustomer(customerId, patch) {
  await call("PATCH", pathOf(customerId), patch);
}

/**
 * @param {string} customerId
 * @param {CustomerMessage} message
 */
export async function write(customerId, message) {
  await call("POST", `${pathOf(customerId)}/messages`, message);
}

/**
 * @param {string} customerId
 * @param {string} messageId
 */
export async function read(customerId, messageId) {
  await call("POST", `${pathOf(customerId)}/reads`, { messageId });
}

/**
 * @param {string} customerId
 * @param {number} ms 0: the network is back
 */
export async function loseNetwork(customerId, ms) {
  await call("POST", `${pathOf(customerId)}/offline`, { ms });
}

/**
 * Stores a file that a message will name.
 *
 * @param {Blob} file
 * @returns {Promise<string>} its id
 */
export async function storeMedia(file) {
  const headers = { "content-type": file.type };
  const response = await fetch("/_emulator/media", { method: "POST", headers, body: file });
  return (await answerOf(response)).mediaId;
}

/** @param {string} customerId */
function pathOf(customerId) {
  return `/customers/${encodeURIComponent(customerId)}`;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 */
async function call(method, path, body) {
  const headers = { "content-type": "application/json" };
  const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
  return await answerOf(await fetch(`/_emulator${path}`, { method, ...sent }));
}

/** @param {Response} response */
async function answerOf(response) {
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail);
  return answer;
}
