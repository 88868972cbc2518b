import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with `N passed, N failed` (and `, N skipped`) on a line of its own, for whoever reads the output by machine. */
export const closingLine: Reporter = {
  onTestRunEnd(modules, unhandledErrors) {
    // A file that does not load has no tests to count, and must not pass for one without failures.
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) countModule(module, counts);
    const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} skipped`;
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  },
};

function countModule(module: TestModule, counts: { passed: number; failed: number; skipped: number }): void {
  counts.failed += module.errors().length;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state !== "pending") counts[state] += 1;
  }
}
