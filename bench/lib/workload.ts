// What is measured, in one vocabulary for all contestants. SPEC: docs/performance.md says why these and not others.

/** Chains of task steps: `runs` of them, `inFlight` at a time. */
export interface Chains {
  /** Makes the names of this measurement's runs unlike any other's. */
  readonly prefix: string;
  readonly runs: number;
  readonly inFlight: number;
  readonly steps: number;
  /** Bytes of input that every step is given and that are on record for it. */
  readonly inputBytes: number;
  /** Bytes of output that every step makes and that are on record for it. */
  readonly outputBytes: number;
  /** How long the body of a step takes; 0 for none. */
  readonly bodyMs: number;
  /** File to which the body of each step writes a line when it is over; null: none. */
  readonly bodies: string | null;
}

/** Runs of one step, a pause that only a person's word ends, and one more step. */
export interface Pauses {
  readonly prefix: string;
  readonly runs: number;
  readonly inFlight: number;
}

export const workloadNames = ["w1", "w2", "w3a", "w4", "w5"] as const;
export type WorkloadName = (typeof workloadNames)[number];

export const stepsOfChain = 10;

/** What one contestant can do. Every call returns when all of it is on durable record; its duration is measured outside. */
export interface Contestant {
  /** Processes whose CPU time counts, with all their descendants; the load generator is not among them. */
  readonly pids: readonly number[];
  readonly chains: (load: Chains) => Promise<void>;
  /** Brings the runs to their pause. */
  readonly pause: (load: Pauses) => Promise<void>;
  /** Ends the pause of each of them, and returns when all have ended. */
  readonly resume: (load: Pauses) => Promise<void>;
  /** Ends the process as a power cut would. */
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** A kind of contestant; each measurement starts it anew on the same PostgreSQL. */
export interface Entrant {
  readonly name: string;
  readonly kind: "ours" | "floor" | "peer";
  readonly does: ReadonlySet<WorkloadName>;
  readonly start: (database: string) => Promise<Contestant>;
  /** What W5 needs beside; null where a thing cannot be killed and taken up. */
  readonly crash: Crash | null;
}

export interface Crash {
  /** Begins the runs of `load` without waiting for their end. */
  readonly begin: (database: string, load: Chains) => Promise<Contestant>;
  /** Starts it again over what the killed one left, and returns when all of its runs have ended. */
  readonly recover: (database: string, load: Chains) => Promise<Contestant>;
  /** Steps that stand on record as done more than once; null where the record cannot say. */
  readonly recordedTwice: (database: string) => Promise<number | null>;
}
