import type { Operator } from "../domain/actor.ts";
import { present } from "../domain/assert.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { parseSha256 } from "../domain/sha256.ts";
import type { Sha256 } from "../domain/sha256.ts";
import type { OperatorKeyView } from "../domain/view.ts";
import { keyIdOf, parsePublicKey } from "../attestation/operator-key.ts";
import type { Database } from "../storage/pool.ts";
import { readOperatorKey } from "../storage/read/signatures.ts";
import type { Register } from "./register.ts";

export interface KeyRequest {
  readonly subject: string;
  readonly printedName: string;
  readonly publicKey: string;
  /** The key this one takes the place of: it is revoked in the same breath. */
  readonly replaces: string | null;
}

interface KeyDeps {
  readonly db: Database;
  readonly register: Register;
}

/** Puts on record whose key this is. A key is one person's for ever: it can be revoked, and never be somebody else's. */
export async function enrollKey({ db, register }: KeyDeps, request: KeyRequest, by: Operator): Promise<Result<OperatorKeyView, Rejection>> {
  const { subject, printedName } = request;
  const publicKey = parsePublicKey(request.publicKey);
  if (publicKey === null) return err(invalid("/public_key", "must be ed25519: and 32 bytes in base64url"));
  const key = keyIdOf(publicKey);
  const taken = err({ code: "key_taken", detail: `key ${key} is enrolled already` } as const);
  if ((await readOperatorKey(db, key)) !== null) return taken;
  const replaced = await replacedKey(db, request);
  if (!replaced.ok) return replaced;
  const event = { kind: "key.enrolled", key, subject, printedName, publicKey, replaces: replaced.value } as const;
  if ((await register.record(event, by)) === null) return taken;
  if (replaced.value !== null) await register.record({ kind: "key.revoked", key: replaced.value, reason: `replaced by ${key}` }, by);
  return ok(present(await readOperatorKey(db, key), "the key that was just enrolled"));
}

async function replacedKey(db: Database, { replaces, subject }: KeyRequest): Promise<Result<Sha256 | null, Rejection>> {
  if (replaces === null) return ok(null);
  const current = await currentKey(db, replaces);
  if (!current.ok) return current;
  if (current.value.subject === subject) return ok(current.value.id);
  return err(invalid("/replaces", `is a key of ${current.value.subject}: a key takes the place of one of the same person`));
}

export async function revokeKey(
  { db, register }: KeyDeps,
  revocation: { readonly key: string; readonly reason: string },
  by: Operator,
): Promise<Result<OperatorKeyView, Rejection>> {
  const current = await currentKey(db, revocation.key);
  if (!current.ok) return current;
  const key = current.value.id;
  if ((await register.record({ kind: "key.revoked", key, reason: revocation.reason }, by)) === null) return err(revokedAlready(key));
  return ok(present(await readOperatorKey(db, key), "the key that was just revoked"));
}

async function currentKey(db: Database, id: string): Promise<Result<OperatorKeyView, Rejection>> {
  const parsed = parseSha256(id);
  const key = parsed === null ? null : await readOperatorKey(db, parsed);
  if (key === null) return err({ code: "key_not_found", detail: `there is no key ${id}` });
  return key.revoked_at === null ? ok(key) : err(revokedAlready(id));
}

function revokedAlready(key: string): Rejection {
  return { code: "key_revoked", detail: `key ${key} is revoked already` };
}

function invalid(pointer: string, detail: string): Rejection {
  return { code: "invalid_input", detail: "the body does not pass its checks", errors: [{ pointer, detail }] };
}
