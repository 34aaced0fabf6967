/** A voice note from the microphone. */

/**
 * @typedef {object} Recording
 * @property {() => Promise<Blob>} finish gives what was said
 * @property {() => void} discard
 */

/** WhatsApp's own kind first. */
const KINDS = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"];

/**
 * Starts to record. `null`: there is no microphone, or it may not be used.
 *
 * @returns {Promise<Recording | null>}
 */
export async function startRecording() {
  const stream = await navigator.mediaDevices?.getUserMedia({ audio: true }).catch(() => null);
  if (!stream || typeof MediaRecorder === "undefined") return null;
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, mimeType === undefined ? {} : { mimeType });
  /** @type {Blob[]} */
  const parts = [];
  recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
  const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve));
  recorder.start();
  const stop = () => {
    recorder.stop();
    for (const track of stream.getTracks()) track.stop();
  };
  return {
    discard: stop,
    finish: async () => {
      stop();
      await stopped;
      return new Blob(parts, { type: recorder.mimeType });
    },
  };
}
