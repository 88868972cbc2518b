import type { RunId } from "../domain/ids.ts";
import type { LogDisorder, LogLeafRow, LogRootRow } from "../verify/verify-log.ts";
import type { StoredRunRecord } from "../verify/run-record.ts";
import type { Role } from "../domain/access.ts";
import type { Rejection } from "../domain/rejection.ts";
import type { Result } from "../domain/result.ts";
import type { Secret } from "../domain/secret.ts";
import type { TokenView } from "../domain/view.ts";

/**
 * What the command line cannot do over HTTP. `main.ts` makes these; each resolves when its work is over, and throws a
 * `ConfigurationRefused` or a domain `Fault`, which the command line turns into words and an exit code.
 */
export interface CliHandlers {
  /** Serves until it is stopped. */
  dev(flags: DevFlags, say: Say): Promise<void>;
  serve(flags: ServeFlags, say: Say): Promise<void>;
  worker(say: Say): Promise<void>;
  sealer(say: Say): Promise<void>;
  migrate(say: Say): Promise<MigrationSummary>;
  /** Writes a new secret key and answers its public part. */
  makeKey(options: { readonly file: string; readonly name: string | null; readonly witness: boolean }): { readonly verifierKey: string };
  witness(options: WitnessFlags, say: Say): Promise<void>;
  recover(acceptance: { readonly by: string; readonly reason: string }): Promise<RecoverySummary>;
  readRecords: RecordsHandler;
  readConfig(flags: ServeFlags): ShownConfig;
  /** Gives out and revokes tokens at the database itself: the way to the first one. */
  readonly tokens: TokenDesk;
}

export interface TokenDesk {
  readonly create: (request: { readonly subject: string; readonly roles: readonly Role[]; readonly days: number }) => Promise<{
    readonly token: TokenView;
    readonly secret: Secret;
  }>;
  readonly list: () => Promise<readonly TokenView[]>;
  readonly revoke: (revocation: { readonly token: string; readonly reason: string }) => Promise<Result<TokenView, Rejection>>;
}

/** One line for the person at the terminal, on standard error. */
export type Say = (line: string) => void;

export interface ServeFlags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
}

export interface DevFlags extends ServeFlags {
  /** False with `--no-example`: start with whatever the database holds. */
  readonly example: boolean;
}

export interface MigrationSummary {
  readonly from: number;
  readonly to: number;
  readonly applied: readonly string[];
  /** What the roles of the database are good for, in words. */
  readonly protection: string;
  /** What could not be done about roles, and why. */
  readonly notices: readonly string[];
}

export interface WitnessFlags {
  readonly keyFile: string;
  readonly logKeys: readonly string[];
  readonly stateFile: string;
  readonly host: string;
  readonly port: number;
}

export interface RecoverySummary {
  readonly origin: string;
  readonly keptSize: number;
  readonly lostSize: number;
  readonly verifierKey: string;
}

/** The effective configuration, or everything that is wrong with it. `config.ts` makes both lists. */
export interface ShownConfig {
  readonly settings: readonly { readonly name: string; readonly value: string | null; readonly origin: string }[];
  readonly issues: readonly ConfigurationIssue[];
  readonly notices: readonly string[];
}

export interface ConfigurationIssue {
  readonly name: string;
  readonly detail: string;
}

/** The environment does not make a configuration. Thrown by handlers; every issue is printed. */
export class ConfigurationRefused extends Error {
  override readonly name = "ConfigurationRefused";
  readonly issues: readonly ConfigurationIssue[];

  constructor(issues: readonly ConfigurationIssue[]) {
    super(issues.map((issue) => `${issue.name} ${issue.detail}`).join("; "));
    this.issues = issues;
  }
}

/** Reads records straight from the database, for commands that judge them: a server that lies would also lie about its record. */
export type RecordsHandler = (scope: { readonly only: RunId | null; readonly after: RunId | null }) => RecordSource;

export interface RecordSource {
  /** Origin of the ledger that the database belongs to. */
  readonly log: string;
  /** In the order of run ids. `total` runs from the first on, when known. */
  /** The sealed log, leaf by leaf, and the roots that were kept of it; and entries that stand in it out of order. */
  readonly readLog: () => AsyncIterable<readonly (LogLeafRow | LogRootRow)[]>;
  readonly readDisorder: () => Promise<readonly LogDisorder[]>;
  readonly records: AsyncIterable<{ readonly record: StoredRunRecord; readonly total: number | null }>;
}
