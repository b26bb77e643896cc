import { defineConfig } from "vitest/config";

// One self-contained script: an operator's page loads /widget/yuban.js and nothing else.
export default defineConfig({
  build: {
    lib: { entry: "src/yuban-assistant.ts", formats: ["es"], fileName: () => "yuban.js" },
    target: "es2022",
    sourcemap: false,
  },
  test: { environment: "happy-dom" },
});
