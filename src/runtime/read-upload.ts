import { present } from "../domain/assert.ts";
import { chunkBytes } from "../domain/upload.ts";
import type { Database } from "../storage/pool.ts";
import { readChunk } from "../storage/read/uploads.ts";

/** Bytes `from` to `to` (both included) of an upload, a piece at a time: the next one is read when the last was taken. */
export async function* readUploadRange(
  db: Database,
  id: string,
  { from, to }: { readonly from: number; readonly to: number },
): AsyncGenerator<Uint8Array> {
  for (let n = Math.floor(from / chunkBytes); n * chunkBytes <= to; n += 1) {
    const piece = present(await readChunk(db, id, n), `piece ${n} of upload ${id}`);
    const start = n * chunkBytes;
    yield piece.subarray(Math.max(0, from - start), Math.min(piece.length, to - start + 1));
  }
}
