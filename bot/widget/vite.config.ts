import { defineConfig } from "vitest/config";

const LICENCES = `/*! Yuban, Apache-2.0. Contains deep-chat (© Ovidijus Parsiunas) and the libraries it brings (remarkable, speech-to-element,
@microsoft/fetch-event-source), all MIT. */`;

// One self-contained script: an operator's page loads /widget/yuban.js and nothing else.
export default defineConfig({
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
  test: { environment: "happy-dom", css: { include: /.+/ } },
});
