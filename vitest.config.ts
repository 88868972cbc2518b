import { defineConfig } from "vitest/config";
import { closingLine } from "./test/support/closing-line.ts";

export default defineConfig({
  test: {
    // Each starts one embedded PostgreSQL, and stops it. What the store promises is tried on the oldest one too.
    projects: [
      {
        extends: true,
        test: {
          name: "newest",
          include: ["src/**/*.test.ts", "test/**/*.test.ts", "web/src/**/*.test.ts"],
          globalSetup: ["./test/support/global-setup.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "web",
          include: ["web/e2e/**/*.test.ts"],
          globalSetup: ["./test/support/global-setup.ts", "./test/support/web-setup.ts"],
          // A real browser and axe-core on a machine with other work to do.
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: { name: "oldest", include: ["test/storage/**/*.test.ts"], globalSetup: ["./test/support/global-setup-oldest.ts"] },
      },
    ],
    // Processes, not threads: tests send signals, change the working directory and must not share a heap with one that leaks.
    pool: "forks",
    maxWorkers: "100%",
    // Generous, so that only what hangs runs into it: tests wait on conditions, and a machine under load is slow, not wrong.
    testTimeout: 60_000,
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
