import type { RunId } from "../../domain/ids.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";

export interface StoredLeaf {
  readonly index: number;
  readonly runId: RunId;
  readonly seq: number;
  readonly leaf: Uint8Array;
  /** Leaf of the entry in the ledger; null when it is not there. */
  readonly entryLeaf: Uint8Array | null;
}

export type StoredRoot =
  | { readonly type: "tree"; readonly size: number; readonly root: Uint8Array }
  | { readonly type: "checkpoint"; readonly size: number; readonly origin: string; readonly note: string };

const leavesMax = 5_000;

/** The whole log for an auditor, in order: its leaves from the first on, and after each as many roots as were kept of that size. */
export async function* readLogForAudit(db: Pick<Database, "query">): AsyncGenerator<readonly (StoredLeaf | StoredRoot)[]> {
  for (let from = 0; ; ) {
    const leaves = await readLeaves(db, from);
    const last = leaves.at(-1);
    // Roots of a size that no leaf reaches come last: they are what shows that the log was longer.
    const to = last === undefined || leaves.length < leavesMax ? Number.MAX_SAFE_INTEGER : last.index + 1;
    const roots = await readRoots(db, from, to);
    yield merged(leaves, roots);
    if (last === undefined || leaves.length < leavesMax) return;
    from = last.index + 1;
  }
}

async function readLeaves(db: Pick<Database, "query">, from: number): Promise<readonly StoredLeaf[]> {
  const rows = await db.query<{ idx: number; run_id: RunId; seq: number; leaf: Buffer; entry_leaf: Buffer | null }>(sql`
    select l.idx, l.run_id, l.seq, l.leaf, e.leaf as entry_leaf
      from reckoning.log_leaf l
      left join reckoning.entry e on e.run_id = l.run_id and e.seq = l.seq
     where l.idx >= ${from}
     order by l.idx
     limit ${leavesMax}`);
  return rows.map(({ idx, run_id, seq, leaf, entry_leaf }) => ({ index: idx, runId: run_id, seq, leaf, entryLeaf: entry_leaf }));
}

async function readRoots(db: Pick<Database, "query">, after: number, to: number): Promise<readonly StoredRoot[]> {
  const trees = await db.query<{ size: number; root: Buffer }>(
    sql`select size, root from reckoning.log_tree where size > ${after} and size <= ${to} order by size`,
  );
  const checkpoints = await db.query<{ size: number; origin: string; note: string }>(
    sql`select size, origin, note from reckoning.log_checkpoint where size > ${after} and size <= ${to} order by size, origin`,
  );
  const roots = [
    ...trees.map((row) => ({ type: "tree", ...row }) as const),
    ...checkpoints.map((row) => ({ type: "checkpoint", ...row }) as const),
  ];
  return roots.toSorted((a, b) => a.size - b.size);
}

function merged(leaves: readonly StoredLeaf[], roots: readonly StoredRoot[]): readonly (StoredLeaf | StoredRoot)[] {
  const all: (StoredLeaf | StoredRoot)[] = [];
  let next = 0;
  for (const leaf of leaves) {
    for (let root = roots[next]; root !== undefined && root.size <= leaf.index; root = roots[next]) {
      all.push(root);
      next += 1;
    }
    all.push(leaf);
  }
  return [...all, ...roots.slice(next)];
}

/** Entries that stand in the log before the entry before them, or without it: the log keeps the order of each run. */
export async function readDisorder(
  db: Pick<Database, "query">,
  limit: number,
): Promise<readonly { readonly runId: RunId; readonly seq: number; readonly index: number; readonly before: number | null }[]> {
  const rows = await db.query<{ run_id: RunId; seq: number; idx: number; before: number | null }>(sql`
    select l.run_id, l.seq, l.idx, b.idx as before
      from reckoning.log_leaf l
      left join reckoning.log_leaf b on b.run_id = l.run_id and b.seq = l.seq - 1
     where l.seq > 0 and (b.idx is null or b.idx > l.idx)
     order by l.idx
     limit ${limit}`);
  return rows.map(({ run_id, seq, idx, before }) => ({ runId: run_id, seq, index: idx, before }));
}
