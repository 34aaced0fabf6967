import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `npx vite dev` finds the server's API. */
const server = process.env.PUNCTUAL_URL ?? "http://localhost:3000";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
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
