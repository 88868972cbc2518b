import type { RunId } from "../../domain/ids.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { EntryView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** Entries of a run after `after` (null: from the first), in order. Empty also when there is no such run. */
export async function readEntries(
  db: Database,
  runId: RunId,
  page: { readonly after: number | null; readonly limit: number },
): Promise<readonly EntryView[]> {
  const rows = await db.query<{ seq: number; leaf: string; body: Buffer }>(sql`
    select e.seq, encode(e.leaf, 'hex') as leaf, e.body
      from reckoning.entry e
     where e.run_id = ${runId} and e.seq > ${page.after ?? -1}
     order by e.seq
     limit ${page.limit}`);
  return rows.map(({ seq, leaf, body }) => ({
    seq,
    leaf: leaf as Sha256,
    body: JSON.parse(body.toString("utf8")) as JsonObject,
    bytes: body.toString("base64"),
  }));
}

export interface ArtifactContent {
  readonly role: string;
  readonly mediaType: string;
  readonly content: Uint8Array;
}

/** The artifact `{seq}.{n}` of a run, or null. */
export async function readArtifact(
  db: Database,
  runId: RunId,
  place: { readonly seq: number; readonly n: number },
): Promise<ArtifactContent | null> {
  const rows = await db.query<{ role: string; media_type: string; content: Buffer }>(sql`
    select role, media_type, content
      from reckoning.artifact
     where run_id = ${runId} and seq = ${place.seq} and n = ${place.n}`);
  const row = rows[0];
  return row === undefined ? null : { role: row.role, mediaType: row.media_type, content: row.content };
}

/** The plan a run is bound to, as its canonical bytes. */
export async function readPlan(db: Database, runId: RunId): Promise<Uint8Array | null> {
  const rows = await db.query<{ body: Buffer }>(sql`
    select p.body from reckoning.run r join reckoning.plan p on p.digest = r.plan_digest where r.run_id = ${runId}`);
  return rows[0]?.body ?? null;
}
