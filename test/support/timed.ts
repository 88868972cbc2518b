/** Milliseconds that `run` took: for the tests of pure rooms, which know no clock themselves. */
export function timed(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
