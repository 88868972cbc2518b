import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { closingLine } from "./test/support/closing-line.ts";

// Starts one embedded PostgreSQL for the whole run, and stops it.
const globalSetup = "./test/support/global-setup.ts";

export default defineConfig({
  test: {
    include: ["src/**/*.test.ts", "test/**/*.test.ts", "web/**/*.test.ts"],
    globalSetup: existsSync(fileURLToPath(new URL(globalSetup, import.meta.url))) ? [globalSetup] : [],
    // Processes, not threads: tests send signals, change the working directory and must not share a heap with one that leaks.
    pool: "forks",
    maxWorkers: "100%",
    testTimeout: 20_000,
    hookTimeout: 60_000,
    teardownTimeout: 20_000,
    // A test that is skipped, focused or absent is a promise that nobody checks.
    allowOnly: false,
    passWithNoTests: false,
    restoreMocks: true,
    unstubEnvs: true,
    reporters: ["default", closingLine],
    coverage: { provider: "v8", include: ["src/**/*.ts"], exclude: ["src/**/*.test.ts"], reporter: ["text-summary", "html"] },
  },
});
