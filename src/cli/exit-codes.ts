// The cli room: commands and what they print. It speaks HTTP like any other client; what needs a database or a whole
// process is handed in by `main.ts` (`handlers.ts`). It may import domain, verify and http/contract. Its invariant: data
// goes to standard output, everything said about it to standard error, and the exit code alone tells how it ended.

/** How a command ended. Scripts depend on these numbers: they are added to, never changed. */
export const exitCodes = {
  success: { code: 0, meaning: "done; for run, watch, resume and show --exit-status: the run ended in success" },
  error: { code: 1, meaning: "refused by the server, not found, or failed" },
  usage: { code: 2, meaning: "the command line or the file it names makes no sense" },
  runError: { code: 3, meaning: "the run ended in error" },
  unauthorized: { code: 4, meaning: "the server wants a login" },
  runCancelled: { code: 5, meaning: "the run was cancelled" },
  timeout: { code: 7, meaning: "the time was up while the run was still going on" },
  waiting: { code: 8, meaning: "the run waits for an attestation or a resume" },
  rollback: { code: 9, meaning: "the database does not hold what was anchored: ROLLBACK DETECTED" },
  unreachable: { code: 69, meaning: "the server or the database cannot be reached" },
  configuration: { code: 78, meaning: "the environment is not a configuration, or the database schema is not this version's" },
  interrupted: { code: 130, meaning: "stopped by Ctrl-C; runs go on" },
} as const;

/** How a command that judges a record ended. These commands use no others but those for a missing database or a bad environment. */
export const auditCodes = {
  verified: { code: 0, meaning: "the record is what the machine wrote" },
  wrong: { code: 1, meaning: "it is not" },
  unreadable: { code: 2, meaning: "not a record that could be read, or the command line makes no sense" },
  withheld: { code: 3, meaning: "verified, except content that was withheld or erased" },
  openRecord: { code: 4, meaning: "verified, but the run had not ended: the record may go on elsewhere" },
} as const;

/** How a back-test ended. */
export const backtestCodes = {
  backtestSame: { code: 0, meaning: "nothing that passed would fail" },
  backtestWorse: { code: 1, meaning: "something that passed would fail" },
  backtestPart: { code: 3, meaning: "nothing that passed would fail, but some replies could not be judged again" },
} as const;

const allCodes = { ...exitCodes, ...auditCodes, ...backtestCodes };

export type Exit = keyof typeof allCodes;

export function codeOf(exit: Exit): number {
  return allCodes[exit].code;
}

/** The table as help and documentation show it. */
export function exitCodeLines(exits: readonly Exit[]): readonly string[] {
  return exits.map((exit) => `${String(allCodes[exit].code).padStart(3)}  ${allCodes[exit].meaning}`);
}
