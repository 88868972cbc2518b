import { Fault } from "../../domain/fault.ts";
import type { Secret } from "../../domain/secret.ts";
import { every } from "../../domain/timers.ts";
import type { Timers } from "../../domain/timers.ts";
import type { Database } from "../../storage/pool.ts";
import { readCheckpoint, readLogTree, readPending, readTile, readTreeHead } from "../../storage/read/log.ts";
import { publishCheckpoint, seal } from "../../storage/write/seal.ts";
import { makeAnchor } from "./anchor.ts";
import type { Anchor } from "./anchor.ts";
import { assertExtendsAnchor } from "./check-anchor.ts";
import { makeCosigners } from "./cosigners.ts";
import type { WitnessAddress } from "./cosigners.ts";
import type { LogAlarm } from "./log-alarm.ts";
import { proveConsistency } from "./prove.ts";
import { makePublisher } from "./publisher.ts";
import type { Publisher } from "./publisher.ts";
import { makeSealer } from "./sealer.ts";
import { makeSigner } from "./signer.ts";
import type { KeySource, Signer } from "./signer.ts";

/** What an operator says of the log. */
export interface LogSettings {
  /** False: this process seals nothing; others do. */
  readonly seals: boolean;
  /** Null: the log is sealed and not signed. */
  readonly key: { readonly file: string } | { readonly text: Secret } | null;
  readonly stateFile: string;
  readonly anchorFile: string | null;
  readonly anchorUrl: string | null;
  readonly witnesses: readonly WitnessAddress[];
  readonly quorum: number;
}

export type LogStage = "pending_read" | "tree_durable" | "signed" | "cosigned" | "published" | "anchored";

export interface LogOptions {
  readonly db: Database;
  readonly settings: LogSettings;
  /** The origin as configured, which is the key's name. */
  readonly keyName: string;
  /** The name the log goes on under. */
  readonly origin: string;
  readonly timers: Timers;
  readonly onError: (what: string, error: unknown) => void;
  readonly onAlarm: (alarm: LogAlarm | null) => void;
  readonly onSealed?: (sealed: { readonly entries: number; readonly size: number; readonly ms: number }) => void;
  readonly onPublished?: (published: { readonly size: number }) => void;
  /** The database no longer holds what was anchored: the process must not go on. */
  readonly onRollback: (fault: Fault) => void;
  readonly onStage?: (stage: LogStage) => void;
}

/** The sealed log as one process tends it. */
export interface SealedLog {
  /** Entries were written here or, as far as is known, elsewhere. */
  readonly wake: () => void;
  readonly alarm: () => LogAlarm | null;
  readonly verifierKey: () => Promise<string | null>;
  readonly close: () => Promise<void>;
}

/** How often a running process looks whether the database still holds what was anchored. */
const anchorCheckMs = 600_000;

/** Checks the database against the anchor, and begins to seal and to sign. Throws a Fault when the database was rolled back. */
export async function openSealedLog(options: LogOptions): Promise<SealedLog> {
  const { db, settings, origin, timers, onError } = options;
  const anchor = makeAnchor({ file: settings.anchorFile, url: settings.anchorUrl, onError });
  const check = async (): Promise<void> => checkAnchor(db, { anchor, origin });
  await check();
  let alarm: LogAlarm | null = null;
  const onAlarm = (next: LogAlarm | null): void => {
    if (next?.code !== alarm?.code || next?.detail !== alarm?.detail) options.onAlarm(next);
    alarm = next;
  };
  const signer = settings.key === null ? null : signerOf(options, settings.key, anchor);
  const publisher = settings.seals && signer !== null ? publisherOf(options, { signer, anchor, onAlarm }) : null;
  const sealer = settings.seals ? sealerOf(options, publisher) : null;
  const stopChecking = every(timers, anchorCheckMs, () => {
    check().catch((error: unknown) => {
      if (error instanceof Fault && error.code === "rollback_detected") options.onRollback(error);
      else onError("the database could not be compared with the anchor", error);
    });
  });
  return {
    wake: () => sealer?.wake(),
    alarm: () => alarm,
    verifierKey: async () => (await signer?.verifierKey()) ?? null,
    async close() {
      stopChecking();
      await sealer?.stop();
      await publisher?.stop();
    },
  };
}

/** Compares the database with the last checkpoint that was put outside it. */
export async function checkAnchor(db: Database, { anchor, origin }: { readonly anchor: Anchor; readonly origin: string }): Promise<void> {
  const prove = (from: number, to: number) => proveConsistency((tile) => readTile(db, tile), from, to);
  await assertExtendsAnchor({ anchored: await anchor.last(), origin, head: await readTreeHead(db), prove });
}

function signerOf({ db, settings, keyName, origin }: LogOptions, key: KeySource, anchor: Anchor): Signer {
  return makeSigner({
    key,
    keyName,
    origin,
    stateFile: settings.stateFile,
    prove: (from, to) => proveConsistency((tile) => readTile(db, tile), from, to),
    async kept() {
      const notes = [(await anchor.last())?.note, (await readCheckpoint(db, origin))?.note];
      return notes.filter((note) => note !== undefined);
    },
  });
}

function publisherOf(
  options: LogOptions,
  parts: { readonly signer: Signer; readonly anchor: Anchor; readonly onAlarm: (alarm: LogAlarm | null) => void },
): Publisher {
  const { db, settings, origin, timers, onError } = options;
  const prove = (from: number, to: number) => proveConsistency((tile) => readTile(db, tile), from, to);
  return makePublisher({
    ...parts,
    store: {
      readTreeHead: () => readTreeHead(db),
      readCheckpoint: () => readCheckpoint(db, origin),
      publish: ({ size, note }) => publishCheckpoint(db, { origin, size, note }),
    },
    cosigners: makeCosigners({ witnesses: settings.witnesses, quorum: settings.quorum, prove, onError }),
    timers,
    onPublished: (published) => options.onPublished?.(published),
    ...(options.onStage === undefined ? {} : { onStage: options.onStage }),
  });
}

function sealerOf(options: LogOptions, publisher: Publisher | null) {
  const { db, timers, onError } = options;
  return makeSealer({
    store: { readTree: () => readLogTree(db), readPending: (limit) => readPending(db, limit), seal: (sealing) => seal(db, sealing) },
    timers,
    onError,
    onSealed(sealed) {
      publisher?.wake();
      options.onSealed?.(sealed);
    },
    ...(options.onStage === undefined ? {} : { onStage: options.onStage }),
  });
}
