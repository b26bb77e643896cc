import { defineConfig } from "vitest/config";
import type { Plugin } from "vite";

const LICENCES = `/*! Yuban, Apache-2.0. Contains deep-chat (© Ovidijus Parsiunas) and the libraries it brings (remarkable, speech-to-element,
@microsoft/fetch-event-source), all MIT. */`;

/** A page may use deep-chat itself, in a version of its own; two elements of one name cannot be. */
const ownName: Plugin = {
  name: "own-name-for-deep-chat",
  transform(code, id) {
    if (!id.includes("deepChat.bundle")) return null;
    const renamed = code.replace('customElements.define("deep-chat",', 'customElements.get("yuban-deep-chat")||customElements.define("yuban-deep-chat",');
    if (renamed === code) throw new Error("deep-chat no longer defines its element as expected");
    return { code: renamed, map: null };
  },
};

// One self-contained script: an operator's page loads /widget/yuban.js and nothing else.
export default defineConfig({
  plugins: [ownName],
  resolve: {
    // The package's main file is compiled for browsers of 2015; its bundle is the same code, a fifth smaller.
    alias: [{ find: /^deep-chat$/, replacement: "deep-chat/dist/deepChat.bundle.js" }],
  },
  build: {
    lib: { entry: "src/yuban-assistant.ts", formats: ["es"], fileName: () => "yuban.js" },
    target: "es2022",
    sourcemap: false,
    // Vite leaves libraries readable for the next bundler; there is none after this.
    rolldownOptions: { output: { minify: true, postBanner: LICENCES } },
  },
  // One page for all test files, which is quicker than one each; they clean up after themselves.
  test: { environment: "happy-dom", isolate: false },
});
