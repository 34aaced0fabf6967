/** A photo and a voice note for whoever has none at hand. Made here, so that nothing is fetched. */

const RATE_HZ = 8_000;
const NOTES_HZ = [392, 494, 587, 494];
const NOTE_SECONDS = 0.4;

/** A parcel on a doorstep, more or less. @returns {Promise<Blob>} */
export function samplePhoto() {
  const canvas = document.createElement("canvas");
  canvas.width = 480;
  canvas.height = 360;
  const pen = canvas.getContext("2d");
  if (pen !== null) {
    const rectangles = /** @type {const} */ ([
      ["#8fb8d8", 0, 0, 480, 230],
      ["#7a8471", 0, 230, 480, 130],
      ["#c08a4e", 130, 110, 220, 190],
      ["#a87338", 130, 110, 220, 28],
      ["#ead7b5", 222, 110, 36, 190],
      ["#fdfbf5", 150, 220, 60, 44],
    ]);
    for (const [colour, x, y, width, height] of rectangles) {
      pen.fillStyle = colour;
      pen.fillRect(x, y, width, height);
    }
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/jpeg");
  });
}

/** A few notes of a song, as a WAV file. @returns {Blob} */
export function sampleVoiceNote() {
  const count = Math.round(RATE_HZ * NOTE_SECONDS * NOTES_HZ.length);
  const samples = Int16Array.from({ length: count }, (_, index) => {
    const seconds = index / RATE_HZ;
    const note = NOTES_HZ[Math.floor(seconds / NOTE_SECONDS)] ?? 0;
    const fade = 1 - (seconds % NOTE_SECONDS) / NOTE_SECONDS;
    return Math.round(Math.sin(2 * Math.PI * note * seconds) * fade * 8_000);
  });
  return new Blob([wavHeader(samples.byteLength), samples], { type: "audio/wav" });
}

/** @param {number} dataBytes of one channel of 16 bits */
function wavHeader(dataBytes) {
  const header = new DataView(new ArrayBuffer(44));
  const text = (/** @type {number} */ at, /** @type {string} */ letters) => {
    for (const [index, letter] of [...letters].entries()) {
      header.setUint8(at + index, letter.charCodeAt(0));
    }
  };
  text(0, "RIFF");
  header.setUint32(4, 36 + dataBytes, true);
  text(8, "WAVEfmt ");
  header.setUint32(16, 16, true);
  header.setUint16(20, 1, true);
  header.setUint16(22, 1, true);
  header.setUint32(24, RATE_HZ, true);
  header.setUint32(28, RATE_HZ * 2, true);
  header.setUint16(32, 2, true);
  header.setUint16(34, 16, true);
  text(36, "data");
  header.setUint32(40, dataBytes, true);
  return header;
}
