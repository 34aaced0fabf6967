/**
 * Where a customer writes: text, a photo, a voice note.
 *
 * @import { CustomerMessage } from "./types.mjs"
 * @import { Words } from "./words.mjs"
 * @import { Recording } from "./recorder.mjs"
 */
import { storeMedia } from "./api.mjs";
import { element, icon, menu } from "./dom.mjs";
import { startRecording } from "./recorder.mjs";
import { samplePhoto, sampleVoiceNote } from "./samples.mjs";

/**
 * @typedef {object} ComposerParts
 * @property {Words} words
 * @property {string} business
 * @property {(message: CustomerMessage) => Promise<void>} send
 * @property {(error: unknown) => void} onFailure
 * @property {(sentence: string) => void} tell
 */

/** @param {ComposerParts} parts */
export function createComposer(parts) {
  const { words, business, send, onFailure } = parts;
  const label = words.say("messageTo", { business });
  const text = element("textarea", {
    ...{ rows: 1, dir: "auto", maxlength: 4096, enterkeyhint: "send" },
    ...{ "aria-label": label, placeholder: words.say("message") },
  });
  const sendButton = iconButton("submit", words.say("send"), icon("send"));
  const voice = createVoiceButton(parts);
  const form = element(
    "form",
    { class: "composer" },
    createPhotoMenu(parts),
    text,
    voice,
    sendButton,
  );
  const showButtons = () => {
    const isEmpty = text.value.trim() === "";
    sendButton.hidden = isEmpty;
    voice.hidden = !isEmpty;
  };
  text.addEventListener("input", showButtons);
  text.addEventListener("keydown", (event) => {
    // Enter also ends the composition of a letter, as in Vietnamese typing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const written = text.value.trim();
    if (written === "") return;
    text.value = "";
    showButtons();
    text.focus();
    send({ type: "text", text: written }).catch((error) => {
      if (text.value === "") text.value = written;
      showButtons();
      onFailure(error);
    });
  });
  showButtons();
  return form;
}

/** @param {ComposerParts} parts */
function createPhotoMenu({ words, send, onFailure }) {
  const sendPhoto = async (/** @type {Blob} */ photo) =>
    await send({ type: "image", mediaId: await storeMedia(photo) });
  const file = element("input", {
    ...{ type: "file", accept: "image/jpeg,image/png,image/webp,image/gif", hidden: true },
    "aria-label": words.say("photoFromHere"),
  });
  file.addEventListener("change", () => {
    const photo = file.files?.[0];
    file.value = "";
    if (photo !== undefined) sendPhoto(photo).catch(onFailure);
  });
  const choose = element(
    "button",
    { type: "button", click: () => file.click() },
    words.say("photoFromHere"),
  );
  const sample = element(
    "button",
    { type: "button", click: () => samplePhoto().then(sendPhoto).catch(onFailure) },
    words.say("samplePhoto"),
  );
  const made = menu(words.say("attach"), icon("attach"), [choose, sample]);
  made.classList.add("upwards");
  made.append(file);
  return made;
}

/** Press to record, press again to send; beside it, a way to throw the recording away. */
function createVoiceButton(/** @type {ComposerParts} */ { words, send, onFailure, tell }) {
  const sendVoice = async (/** @type {Blob} */ note) =>
    await send({ type: "voice", mediaId: await storeMedia(note) });
  const button = iconButton("button", words.say("record"), icon("microphone"));
  const discard = element("button", { type: "button", class: "discard" }, words.say("discard"));
  const made = element("span", { class: "voice" }, discard, button);
  /** @type {Recording | null} */
  let recording = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let seconds;
  const draw = (/** @type {number | null} */ count) => {
    const label = words.say(count === null ? "record" : "stop", { seconds: count ?? 0 });
    button.setAttribute("aria-label", label);
    button.title = label;
    button.replaceChildren(icon(count === null ? "microphone" : "stop"));
    if (count !== null) button.append(String(count));
    discard.hidden = count === null;
  };
  const end = () => {
    clearInterval(seconds);
    recording = null;
    draw(null);
  };
  const toggle = async () => {
    if (recording !== null) {
      const { finish } = recording;
      end();
      return await sendVoice(await finish());
    }
    recording = await startRecording();
    if (recording === null) {
      await sendVoice(sampleVoiceNote());
      return tell(words.say("noMicrophone"));
    }
    let count = 0;
    draw(count);
    seconds = setInterval(() => draw(++count), 1_000);
  };
  button.addEventListener("click", () => void toggle().catch(onFailure));
  discard.addEventListener("click", () => {
    recording?.discard();
    end();
  });
  draw(null);
  return made;
}

/**
 * @param {"button" | "submit"} type
 * @param {string} label
 * @param {SVGElement} sign
 */
function iconButton(type, label, sign) {
  return element("button", { type, class: "round", "aria-label": label, title: label }, sign);
}
