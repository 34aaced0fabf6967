/** What a customer "sends" when a test or a curious person gives no file of their own. */
import { readFileSync } from "node:fs";
import { silentVoiceNote } from "./silent-voice-note.ts";

/** A small file of that type; of types without a sample, a line of text. */
export function sampleFile(mimeType: string): Buffer {
  const type = mimeType.split(";", 1)[0]?.trim() ?? "";
  if (type === "audio/ogg") return silentVoiceNote(4);
  return SAMPLES.get(type) ?? Buffer.from(`A sample of ${type}.\n`);
}

/** One transparent pixel. */
const WEBP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==";

const SAMPLES: ReadonlyMap<string, Buffer> = new Map([
  ["image/jpeg", readFileSync(new URL("parcel.jpg", import.meta.url))],
  ["image/webp", Buffer.from(WEBP, "base64")],
  ["application/pdf", Buffer.from(emptyPage())],
]);

/** The shortest document that readers open: one page without anything on it. */
function emptyPage(): string {
  const objects = [
    "<</Type/Catalog/Pages 2 0 R>>",
    "<</Type/Pages/Kids[3 0 R]/Count 1>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>",
  ];
  let text = "%PDF-1.4\n";
  const offsets = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj${object}endobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 4\n0000000000 65535 f \n${offsets.join("")}`;
  return `${text}${table}trailer<</Size 4/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
}
