/**
 * The names one ledger goes by. A log that lost entries to a restored backup goes on under a new origin, `BASE/epoch-N`, so
 * entries of one run may name several, and never an earlier one after a later.
 */
export function logBase(origin: string): string {
  return origin.replace(/\/epoch-[1-9][0-9]{0,8}$/, "");
}

/** The epoch that `origin` names of the ledger `base`, from 1; null when it is of another ledger. */
export function logEpochOf(origin: string, base: string): number | null {
  if (origin === base) return 1;
  const [, epoch] = /^\/epoch-([1-9][0-9]{0,8})$/.exec(origin.startsWith(base) ? origin.slice(base.length) : "") ?? [];
  return epoch === undefined ? null : Number(epoch);
}
