import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";
import { EMOJI_DATA_URL, EMOJI_LANGUAGES } from "./src/thread/emoji-data.ts";

/** Where `npx vite dev` finds the server's API. */
const server = process.env.PUNCTUAL_URL ?? "http://localhost:3000";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), emojiData()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: "baseline-widely-available",
    // Where `light-dark()` is known: its stand-in for older ones follows the device, not the chosen theme.
    cssTarget: ["chrome123", "edge123", "firefox120", "safari17.5"],
    manifest: true,
    // The server's Content-Security-Policy allows no data: addresses but for images.
    assetsInlineLimit: 0,
  },
  server: { proxy: { "/api": { target: server, ws: true, changeOrigin: false } } },
});

/** Lays the names of emoji beside the app: the picker would ask another site for them. */
function emojiData(): Plugin {
  const find = createRequire(import.meta.url).resolve;
  return {
    name: "emoji-data",
    generateBundle() {
      for (const language of EMOJI_LANGUAGES) {
        for (const file of ["data.json", "messages.json"]) {
          const source = readFileSync(find(`emojibase-data/${language}/${file}`));
          const fileName = `${EMOJI_DATA_URL.slice(1)}/${language}/${file}`;
          this.emitFile({ type: "asset", fileName, source });
        }
      }
    },
  };
}
