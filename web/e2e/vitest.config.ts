import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { closingLine } from "../../test/support/closing-line.ts";

// `npm run web:e2e`: every browser test, the long ones included.
export default defineConfig({
  root: fileURLToPath(new URL("../..", import.meta.url)),
  test: {
    include: ["web/e2e/**/*.test.ts", "web/e2e/**/*.slow.ts"],
    globalSetup: ["./test/support/global-setup.ts", "./test/support/web-setup.ts"],
    pool: "forks",
    // Figures are measured here: one browser at a time.
    maxWorkers: 1,
    testTimeout: 180_000,
    hookTimeout: 180_000,
    teardownTimeout: 20_000,
    allowOnly: false,
    reporters: ["default", closingLine],
  },
});
