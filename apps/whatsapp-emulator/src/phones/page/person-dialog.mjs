/** The dialog in which a phone is added or renamed. */
import { byId } from "./dom.mjs";

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} name
 * @property {string | null} phone `null`: the number is not asked for
 * @property {(name: string, phone: string) => Promise<void>} save what it throws is shown in the dialog
 */

export function createPersonDialog() {
  const dialog = byId("person", HTMLDialogElement);
  const form = dialog.querySelector("form");
  const problem = dialog.querySelector(".problem");
  const cancel = dialog.querySelector("button[value=cancel]");
  if (form === null || problem === null || cancel === null)
    throw new Error("no form in the dialog");
  const name = inputOf(form, "name");
  const phone = inputOf(form, "phone");
  /** @type {Question["save"]} */
  let save = async () => {};
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    problem.textContent = "";
    save(name.value.trim(), phone.value.trim()).then(
      () => dialog.close(),
      (error) => {
        problem.textContent = error instanceof Error ? error.message : String(error);
      },
    );
  });
  return {
    /** @param {Question} question */
    ask(question) {
      save = question.save;
      byId("person-title", HTMLElement).textContent = question.title;
      byId("person-phone", HTMLElement).hidden = question.phone === null;
      phone.required = question.phone !== null;
      name.value = question.name;
      phone.value = question.phone ?? "";
      problem.textContent = "";
      dialog.showModal();
      name.select();
    },
  };
}

/** @param {HTMLFormElement} form @param {string} name */
function inputOf(form, name) {
  const input = form.elements.namedItem(name);
  if (!(input instanceof HTMLInputElement)) throw new Error(`the form has no ${name}`);
  return input;
}
