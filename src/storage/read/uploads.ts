import type { Sha256 } from "../../domain/sha256.ts";
import { uploadUri } from "../../domain/upload.ts";
import type { UploadView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { instantOf } from "./instants.ts";

interface UploadRow {
  readonly upload_id: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly uploaded_by: string;
  readonly uploaded_us: number;
}

/** Those of `ids` that were handed over whole. */
export async function readUploads(db: Database, ids: readonly string[]): Promise<ReadonlyMap<string, UploadView>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<UploadRow>(sql`
    select upload_id, encode(sha256, 'hex') as sha256, bytes, uploaded_by, (extract(epoch from uploaded_at) * 1000000)::bigint as uploaded_us
      from reckoning.upload
     where upload_id = any (${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.upload_id, uploadView(row)]));
}

function uploadView({ upload_id: id, sha256, bytes, uploaded_by, uploaded_us }: UploadRow): UploadView {
  return { id, uri: uploadUri(id), sha256, bytes, uploaded_by, uploaded_at: instantOf(uploaded_us) };
}

/** The n-th piece of an upload. */
export async function readChunk(db: Database, id: string, n: number): Promise<Uint8Array | null> {
  const rows = await db.query<{ content: Buffer }>(sql`
    select content from reckoning.upload_chunk where upload_id = ${id} and n = ${n}`);
  return rows[0]?.content ?? null;
}
