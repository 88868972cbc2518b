import type { Reporter, TestModule } from "vitest/node";

/** Ends a run with `N passed, N failed` (and `, N skipped`) on a line of its own, for whoever reads the output by machine. */
export const closingLine: Reporter = {
  onTestRunEnd(modules, unhandledErrors, reason) {
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) countModule(module, counts);
    // Whatever else made the run fail, a line that says "0 failed" would be a lie.
    if (reason !== "passed") counts.failed = Math.max(counts.failed, 1);
    const skipped = counts.skipped === 0 ? "" : `, ${counts.skipped} skipped`;
    process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  },
};

/** A file that does not load, or a group whose preparation fails, has no failed test to count and is a failure all the same. */
function countModule(module: TestModule, counts: { passed: number; failed: number; skipped: number }): void {
  counts.failed += module.errors().length;
  for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    if (state !== "pending") counts[state] += 1;
  }
}
