import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("../.."),
  resolve: { alias: { "node:crypto": here("./node-crypto.ts") } },
  build: {
    outDir: here("../../dist/verify/browser"),
    emptyOutDir: true,
    copyPublicDir: false,
    target: "es2023",
    minify: true,
    lib: { entry: here("../../src/verify/check-export.ts"), formats: ["es"], fileName: () => "check-export.js" },
    rolldownOptions: {
      // Modules that use Buffer as Node's global get it from the library of that name.
      transform: { inject: { Buffer: ["buffer/index.js", "Buffer"] } },
    },
  },
});
