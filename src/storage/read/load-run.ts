import type { RunId } from "../../domain/ids.ts";
import type { RunHead, StoredArtifact, StoredEntry } from "../../domain/transition.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

/** What a fold needs of a run: its entries, the artifacts that steer it, and the plan it is bound to. */
export interface StoredRun {
  readonly head: RunHead;
  readonly entries: readonly StoredEntry[];
  /** Of the roles params and outcome. */
  readonly artifacts: readonly StoredArtifact[];
  readonly planBytes: Uint8Array;
}

interface Row {
  readonly run_id: RunId;
  readonly kind: "head" | "entry" | "artifact";
  readonly seq: number;
  readonly n: number | null;
  readonly epoch: number | null;
  readonly role: StoredArtifact["role"] | null;
  readonly media_type: string | null;
  readonly a: Buffer;
  readonly b: Buffer;
}

/** Loads many runs in one round trip. A run that does not exist is missing from the answer. */
export async function loadRuns(db: Database, runIds: readonly RunId[]): Promise<ReadonlyMap<RunId, StoredRun>> {
  const rows = await db.query<Row>(sql`
    with wanted as materialized (
      select h.run_id, h.entry_count, h.epoch, h.leaf, p.body
        from unnest(${runIds}::uuid[]) as w (run_id)
        join reckoning.run_head h using (run_id)
        join reckoning.run r using (run_id)
        join reckoning.plan p on p.digest = r.plan_digest
    )
    select run_id, 'head' as kind, entry_count as seq, null::smallint as n, epoch, null as role, null as media_type, leaf as a, body as b from wanted
    union all
    select e.run_id, 'entry', e.seq, null, null, null, null, e.leaf, e.body
      from wanted w join reckoning.entry e on e.run_id = w.run_id and e.seq < w.entry_count
    union all
    select a.run_id, 'artifact', a.seq, a.n, null, a.role, a.media_type, a.salt, a.content
      from wanted w join reckoning.artifact a on a.run_id = w.run_id and a.seq < w.entry_count
     where a.role in ('params', 'outcome')`);
  return collect(rows);
}

function collect(rows: readonly Row[]): ReadonlyMap<RunId, StoredRun> {
  const runs = new Map<RunId, { head: RunHead; planBytes: Uint8Array; entries: StoredEntry[]; artifacts: StoredArtifact[] }>();
  for (const row of rows) {
    if (row.kind === "head")
      runs.set(row.run_id, {
        head: { entryCount: row.seq, leaf: row.a, epoch: row.epoch ?? 0 },
        planBytes: row.b,
        entries: [],
        artifacts: [],
      });
  }
  for (const row of rows) {
    const run = runs.get(row.run_id);
    if (row.kind === "entry") run?.entries.push({ seq: row.seq, leaf: row.a, body: row.b });
    if (row.kind === "artifact" && row.role !== null && row.media_type !== null) {
      run?.artifacts.push({ seq: row.seq, n: row.n ?? 0, role: row.role, mediaType: row.media_type, salt: row.a, content: row.b });
    }
  }
  for (const run of runs.values()) run.entries.sort((one, other) => one.seq - other.seq);
  return runs;
}
