import { fileURLToPath } from "node:url";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin, type Rollup } from "vite";

/** Where `reverie serve` is while the page is being written. */
const STUDIO = process.env["REVERIE_STUDIO"] ?? "http://127.0.0.1:8000";
/** Host and Origin stay as they are: the guard compares them. */
const proxied = { target: STUDIO, changeOrigin: false, ws: true };

/** Lengths count with the root's size, so that a wall of 4K shows everything larger; hairlines stay what they are. */
const inRem = {
  postcssPlugin: "in-rem",
  Declaration(declaration: { value: string }) {
    if (!declaration.value.includes("px")) return;
    declaration.value = declaration.value.replace(/(?<![\w.-])(\d*\.?\d+)px\b/g, (whole, count: string) => (Number(count) > 2 ? `${Number(count) / 16}rem` : whole));
  },
};

/** Words are set in the page's own face from the first: its file is asked for with the page, not when a style has named it. */
const faceFirst: Plugin = {
  name: "face-first",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((name) => /geist-latin-wght-normal-.*\.woff2$/.test(name))
        .map((name) => ({ tag: "link", injectTo: "head" as const, attrs: { rel: "preload", as: "font", type: "font/woff2", crossorigin: true, href: `/${name}` } })),
  },
};

const isEntry = (made: Rollup.OutputAsset | Rollup.OutputChunk | undefined) => made?.type === "chunk" && made.isEntry;

/** What shows every page is asked for with the document, and not once the document's own script has said so. */
const mainFirst: Plugin = {
  name: "main-first",
  transformIndexHtml: {
    order: "post",
    handler: (_, { bundle }) => {
      const main = Object.values(bundle ?? {}).find((one) => one.type === "chunk" && one.facadeModuleId?.endsWith("/src/main.tsx"));
      return (main?.type === "chunk" ? [main.fileName, ...main.imports] : []).filter((name) => !isEntry(bundle?.[name])).map((name) => ({
        tag: "link",
        injectTo: "head" as const,
        attrs: { rel: "modulepreload", crossorigin: true, href: `/${name}` },
      }));
    },
  },
};

export default defineConfig({
  plugins: [react(), tailwindcss(), faceFirst, mainFirst],
  css: { postcss: { plugins: [inRem] } },
  build: {
    outDir: fileURLToPath(new URL("../src/reverie/server/static", import.meta.url)),
    emptyOutDir: true,
    target: "es2022",
    // A warning is a fault: what a page loads first stays small.
    chunkSizeWarningLimit: 400,
  },
  server: { host: "127.0.0.1", proxy: { "/api": proxied, "/stream": proxied } },
});
