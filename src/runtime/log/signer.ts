import { readFile } from "node:fs/promises";
import { err, ok } from "../../domain/result.ts";
import type { Result } from "../../domain/result.ts";
import type { Secret } from "../../domain/secret.ts";
import { checkpointText, openCheckpoint } from "../../ledger/checkpoint.ts";
import { verifyConsistency } from "../../ledger/consistency.ts";
import type { TreeHead } from "../../ledger/consistency.ts";
import { formatVerifierKey, keyTypes, parseSignerKey } from "../../ledger/note-key.ts";
import type { SignerKey } from "../../ledger/note-key.ts";
import { formatNote, signText } from "../../ledger/signed-note.ts";
import { lockFile, readIfThere, replaceFile } from "./keep-file.ts";
import type { FileLock } from "./keep-file.ts";
import type { LogAlarm } from "./log-alarm.ts";

/** Where the log's key comes from. Never the database: whoever can write there could sign there. */
export type KeySource = { readonly file: string } | { readonly text: Secret };

export interface SignerOptions {
  readonly key: KeySource;
  /** The name the key must have: the origin as configured. */
  readonly keyName: string;
  /** The name the log goes on under: `keyName`, or one of its later epochs. */
  readonly origin: string;
  /** Where the last signed checkpoint is kept, beside the key. */
  readonly stateFile: string;
  /** Checkpoints of this origin kept elsewhere: they bind the signer too, should its own file be lost. */
  readonly kept: () => Promise<readonly string[]>;
  readonly prove: (from: number, to: number) => Promise<readonly Uint8Array[]>;
}

/** Signs tree heads that extend everything it has signed before, and nothing else. */
export interface Signer {
  readonly sign: (head: TreeHead) => Promise<Result<string, LogAlarm>>;
  readonly verifierKey: () => Promise<string | null>;
  readonly close: () => Promise<void>;
}

export function makeSigner(options: SignerOptions): Signer {
  let lock: FileLock | null = null;
  const close = async (): Promise<void> => {
    await lock?.release();
    lock = null;
  };
  return {
    async sign(head) {
      // One process at a time: between the look at what was signed last and the note of what is signed now nobody else signs.
      if (lock !== null && !(await lock.renew())) await close();
      lock ??= await lockFile(`${options.stateFile}.lock`);
      if (lock === null) return refusal("signer_busy", `another process signs (${options.stateFile}.lock)`);
      const key = await readSignerKey(options);
      if (!key.ok) return key;
      const refused = await objection(options, key.value, head);
      if (refused !== null) return err(refused);
      const text = checkpointText({ origin: options.origin, ...head });
      const note = formatNote(text, [signText(text, key.value)]);
      // Kept before it is given away: what leaves here binds the signer for ever.
      await replaceFile(options.stateFile, note);
      return ok(note);
    },
    async verifierKey() {
      const key = await readSignerKey(options);
      return key.ok ? formatVerifierKey(key.value.verifier) : null;
    },
    close,
  };
}

/** The key, read anew each time, so that one that was taken away or replaced is noticed. */
export async function readSignerKey(options: Pick<SignerOptions, "key" | "keyName" | "origin">): Promise<Result<SignerKey, LogAlarm>> {
  const { key: source, keyName, origin } = options;
  let text: string;
  try {
    text = "text" in source ? source.text.reveal() : await readFile(source.file, "utf8");
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const detail = error instanceof Error ? error.message : String(error);
    return refusal(missing ? "key_missing" : "key_unreadable", `the log's key cannot be read: ${detail}`);
  }
  const key = parseSignerKey(text.trim());
  if (key?.verifier.type !== keyTypes.ed25519)
    return refusal("key_unreadable", "the log's key is not an Ed25519 signer key (reckon log key)");
  if (key.verifier.name !== keyName) return refusal("key_changed", `the log's key is named ${key.verifier.name}, the log ${keyName}`);
  return ok(key.as({ name: origin }));
}

/** Why this head may not be signed, or null. */
async function objection(options: SignerOptions, key: SignerKey, head: TreeHead): Promise<LogAlarm | null> {
  const own = await readIfThere(options.stateFile);
  const notes = [...(own === null ? [] : [own]), ...(await options.kept())];
  const trust = { origin: options.origin, logKeys: [key.verifier], witnessKeys: [] };
  for (const note of notes) {
    const opened = openCheckpoint(note, trust);
    if (!opened.ok && note !== own && opened.error.code === "wrong_origin") continue;
    if (!opened.ok) {
      const changed = opened.error.code === "no_known_signature";
      const where = note === own ? options.stateFile : "what was published or anchored";
      return changed
        ? { code: "key_changed", detail: `the last checkpoint in ${where} is not signed by the key in force: ${opened.error.detail}` }
        : { code: "signer_state_unreadable", detail: `the last checkpoint in ${where}: ${opened.error.detail}` };
    }
    const before = opened.value.checkpoint;
    const hashes = before.size <= head.size ? await options.prove(before.size, head.size) : [];
    if (!verifyConsistency(before, head, hashes)) {
      const detail = `a tree of ${head.size} entries does not extend the one of ${before.size} that was signed before`;
      return { code: "not_an_extension", detail };
    }
  }
  return null;
}

function refusal(code: LogAlarm["code"], detail: string): Result<never, LogAlarm> {
  return err({ code, detail });
}
