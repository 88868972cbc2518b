import { createHash } from "node:crypto";
import type { Operator } from "../domain/actor.ts";
import { present } from "../domain/assert.ts";
import type { Rejection } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { parseSha256 } from "../domain/sha256.ts";
import type { Sha256 } from "../domain/sha256.ts";
import { chunkBytes } from "../domain/upload.ts";
import type { UploadView } from "../domain/view.ts";
import type { Database } from "../storage/pool.ts";
import { readUploads } from "../storage/read/uploads.ts";
import { openUpload } from "../storage/write/upload.ts";
import type { UploadWriter } from "../storage/write/upload.ts";

export interface UploadRequest {
  readonly by: Operator;
  /** What its sender says its SHA-256 is; null when they say nothing. */
  readonly claimed: Sha256 | null;
  readonly content: AsyncIterable<Uint8Array>;
}

export interface UploadDeps {
  readonly db: Database;
  readonly newId: () => string;
  readonly bytesMax: number;
}

/** Takes a file in as it comes, piece by piece, hashing on the way. Whatever is wrong with it, nothing of it stays. */
export async function storeUpload(deps: UploadDeps, { by, claimed, content }: UploadRequest): Promise<Result<UploadView, Rejection>> {
  const id = deps.newId();
  const writer = await openUpload(deps.db, id);
  try {
    const taken = await takeIn(writer, content, deps.bytesMax);
    if (!taken.ok) return taken;
    const { sha256, bytes } = taken.value;
    if (claimed !== null && claimed !== sha256) {
      return err({ code: "digest_mismatch", detail: `the bytes that came have the SHA-256 ${sha256}, not ${claimed}: nothing was kept` });
    }
    await writer.finish({ id, sha256, bytes, by });
  } finally {
    await writer.close();
  }
  return ok(present((await readUploads(deps.db, [id])).get(id), "the upload that was just finished"));
}

async function takeIn(
  writer: UploadWriter,
  content: AsyncIterable<Uint8Array>,
  bytesMax: number,
): Promise<Result<{ readonly sha256: Sha256; readonly bytes: number }, Rejection>> {
  const digest = createHash("sha256");
  const piece = Buffer.allocUnsafe(chunkBytes);
  let filled = 0;
  let bytes = 0;
  let n = 0;
  for await (const part of content) {
    bytes += part.length;
    if (bytes > bytesMax) return err({ code: "upload_too_large", detail: `an upload has at most ${bytesMax} bytes` });
    digest.update(part);
    for (let at = 0; at < part.length; ) {
      const taken = Math.min(part.length - at, chunkBytes - filled);
      piece.set(part.subarray(at, at + taken), filled);
      filled += taken;
      at += taken;
      if (filled < chunkBytes) continue;
      await writer.put(n, piece);
      n += 1;
      filled = 0;
    }
  }
  if (filled > 0) await writer.put(n, piece.subarray(0, filled));
  return ok({ sha256: present(parseSha256(digest.digest("hex")), "a SHA-256"), bytes });
}
