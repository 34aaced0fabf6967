/** The few lines of DOM that the page needs. Text goes in as text, never as markup. */

/**
 * @typedef {string | Node | null} Child
 * @typedef {Record<string, string | number | boolean | ((event: any) => void)>} Attributes
 *   a function listens to the event of that name; `true` sets a bare attribute, `false` leaves it out
 */

/**
 * An element with attributes and children.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value !== false) made.setAttribute(name, value === true ? "" : String(value));
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

/**
 * The element with this id, which the page has.
 *
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${id}`);
  return found;
}

/** What only a screen reader says. @param {string} text */
export function spoken(text) {
  return element("span", { class: "spoken" }, text);
}

const ICONS = {
  back: "M15 4 7 12l8 8",
  menu: "M12 5v.01M12 12v.01M12 19v.01",
  attach: "M12 5v14M5 12h14",
  send: "M4 12 20 4l-5 16-4-7z",
  microphone: "M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM6 11a6 6 0 0 0 12 0M12 17v4",
  stop: "M7 7h10v10H7z",
  network: "M5 20v-3M10 20v-7M15 20V9M20 20V4",
  noNetwork: "M5 20v-3M10 20v-7M15 20V9M20 20V4M3 3l18 18",
  waiting: "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zM12 8v4l3 2",
  sent: "m6 13 4 4 9-10",
  twice: "m2 13 4 4 8-9M9 16l1 1 9-10",
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", "icon");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/**
 * A button with a menu below it, which closes on Escape, on a choice and when the focus leaves it.
 *
 * @param {string} label
 * @param {SVGElement} sign
 * @param {readonly HTMLElement[]} choices
 */
export function menu(label, sign, choices) {
  const summary = element("summary", { "aria-label": label, title: label }, sign);
  const made = element("details", { class: "menu" }, summary);
  made.append(element("div", { class: "choices" }, ...choices));
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !made.open) return;
    made.open = false;
    summary.focus();
  });
  made.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !made.contains(relatedTarget)) made.open = false;
  });
  made.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest(".choices button")) made.open = false;
  });
  return made;
}

/**
 * Makes the children of `parent` those of `wanted`, and keeps each that is there already by its key: what
 * plays goes on playing, and a screen reader hears only what is new.
 *
 * @template T
 * @param {HTMLElement} parent
 * @param {readonly T[]} wanted
 * @param {{ key: (item: T) => string, create: (item: T) => HTMLElement,
 *   update?: (kept: HTMLElement, item: T) => void }} how
 */
export function keepChildren(parent, wanted, { key, create, update }) {
  const before = new Map(
    [...parent.children].flatMap((child) =>
      child instanceof HTMLElement ? [[child.dataset.key ?? "", child]] : [],
    ),
  );
  let place = parent.firstElementChild;
  for (const item of wanted) {
    const itemKey = key(item);
    const kept = before.get(itemKey);
    before.delete(itemKey);
    const child = kept ?? create(item);
    child.dataset.key = itemKey;
    if (kept !== undefined) update?.(kept, item);
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const gone of before.values()) gone.remove();
}
