import { InvariantViolation } from "../../domain/assert.ts";
import { Fault } from "../../domain/fault.ts";
import { encodeBase64 } from "../../ledger/base64.ts";
import { checkpointText } from "../../ledger/checkpoint.ts";
import { logEpochOf } from "../../ledger/log-family.ts";
import { emptyRoot } from "../../ledger/merkle.ts";
import { formatVerifierKey } from "../../ledger/note-key.ts";
import { formatNote, signText } from "../../ledger/signed-note.ts";
import { openClock } from "../../storage/clock.ts";
import type { Database } from "../../storage/pool.ts";
import { readLogin } from "../../storage/read/login.ts";
import { readLogEpoch, readTile, readTreeHead } from "../../storage/read/log.ts";
import { openEpoch, publishCheckpoint } from "../../storage/write/seal.ts";
import { openRegister } from "../register.ts";
import { readAnchor } from "./anchor.ts";
import { assertExtendsAnchor } from "./check-anchor.ts";
import { appendLine, lockFile, replaceFile } from "./keep-file.ts";
import { proveConsistency } from "./prove.ts";
import { readSignerKey } from "./signer.ts";
import type { KeySource } from "./signer.ts";

export interface RecoveryOptions {
  readonly db: Database;
  readonly key: KeySource;
  /** The origin as configured: the name of the first epoch. */
  readonly keyName: string;
  readonly stateFile: string;
  readonly anchorFile: string;
  readonly by: string;
  readonly reason: string;
}

export interface Recovery {
  readonly origin: string;
  readonly keptSize: number;
  readonly lostSize: number;
  readonly verifierKey: string;
}

/**
 * Opens a new origin for a log that lost entries. What was signed under the old one stays contradicted for ever by what is there
 * now, and nobody signs under it again; the new one begins with what was kept.
 */
export async function recoverLog(options: RecoveryOptions): Promise<Recovery> {
  const { db, keyName, stateFile, anchorFile, by, reason } = options;
  const anchored = await readAnchor(anchorFile);
  if (anchored === null) throw new Fault("database_refused", `${anchorFile} holds no checkpoint, so nothing says that anything was lost`);
  const head = (await readTreeHead(db)) ?? { size: 0, root: emptyRoot };
  const { origin: now, epoch } = await readLogEpoch(db, keyName);
  const prove = (from: number, to: number) => proveConsistency((tile) => readTile(db, tile), from, to);
  const whole = await assertExtendsAnchor({ anchored, origin: now, head, prove }).then(
    () => true,
    () => false,
  );
  if (whole) throw new Fault("database_refused", "the database holds everything that was anchored: there is nothing to accept");
  // The anchor may have seen more epochs than a restored database remembers.
  const next = 1 + Math.max(epoch, logEpochOf(anchored.checkpoint.origin, keyName) ?? 1);
  const origin = `${keyName}/epoch-${next}`;
  const key = await readSignerKey({ key: options.key, keyName, origin });
  if (!key.ok) throw new Fault("database_refused", key.error.detail);
  const lock = await lockFile(`${stateFile}.lock`);
  if (lock === null) throw new Fault("database_refused", `another process signs (${stateFile}.lock): stop it first`);
  try {
    const text = checkpointText({ origin, ...head });
    const note = formatNote(text, [signText(text, key.value)]);
    const register = openRegister({ db, log: origin, now: (await openClock(db)).now, newSalt: noSalt });
    await openEpoch(db, { epoch: next, origin, acceptedBy: by, reason, keptSize: head.size, lostCheckpoint: anchored.note });
    await register.record(
      {
        kind: "backup.restored",
        origin,
        acceptedBy: by,
        reason,
        keptSize: head.size,
        lostSize: anchored.checkpoint.size,
        lostRoot: encodeBase64(anchored.checkpoint.root),
      },
      { type: "operator", id: await readLogin(db), credential: "database" },
    );
    if (head.size > 0) await publishCheckpoint(db, { origin, size: head.size, note });
    await replaceFile(stateFile, note);
    const record = { recovered: { by, reason, origin, kept_size: head.size, lost_size: anchored.checkpoint.size } };
    await appendLine(anchorFile, JSON.stringify({ ...record, checkpoint: note }));
    const verifierKey = formatVerifierKey(key.value.verifier);
    return { origin, keptSize: head.size, lostSize: anchored.checkpoint.size, verifierKey };
  } finally {
    await lock.release();
  }
}

/** Entries of the register have no artifacts, so none is ever asked for. */
function noSalt(): Uint8Array {
  throw new InvariantViolation("an entry of the register has no artifacts");
}
