import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/** Where `reverie serve` is while the page is being written. */
const STUDIO = process.env["REVERIE_STUDIO"] ?? "http://127.0.0.1:8000";
/** Host and Origin stay as they are: the guard compares them. */
const proxied = { target: STUDIO, changeOrigin: false, ws: true };

export default defineConfig({
  plugins: [react(), tailwindcss()],
  build: {
    outDir: fileURLToPath(new URL("../src/reverie/server/static", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // A warning is a fault: what a page loads first stays small.
    chunkSizeWarningLimit: 400,
  },
  server: { host: "127.0.0.1", proxy: { "/api": proxied, "/stream": proxied } },
});
