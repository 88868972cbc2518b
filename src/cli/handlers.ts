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
  verify: VerifyHandler;
  readConfig(flags: ServeFlags): ShownConfig;
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

/** Checks the record of one run, or of all when `runId` is null, against itself and against the projections. */
export type VerifyHandler = (scope: { readonly runId: string | null }) => AsyncIterable<VerifyReport>;

export type VerifyReport =
  /** May come as often as it likes. `total` runs, when known. */
  | { readonly type: "progress"; readonly runs: number; readonly entries: number; readonly total: number | null }
  | ({ readonly type: "finding" } & VerifyFinding);

/** One place where the record is not what it must be. */
export interface VerifyFinding {
  readonly run_id: string;
  /** Null: the finding is about the run as a whole. */
  readonly seq: number | null;
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}
