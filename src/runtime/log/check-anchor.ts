import { Fault } from "../../domain/fault.ts";
import { verifyConsistency } from "../../ledger/consistency.ts";
import type { TreeHead } from "../../ledger/consistency.ts";
import { emptyRoot } from "../../ledger/merkle.ts";
import type { AnchoredCheckpoint } from "./anchor.ts";

export interface AnchorCheck {
  readonly anchored: AnchoredCheckpoint | null;
  /** The name the database goes on under. */
  readonly origin: string;
  readonly head: TreeHead | null;
  readonly prove: (from: number, to: number) => Promise<readonly Uint8Array[]>;
}

/**
 * Refuses a database that does not hold everything that was anchored: an older copy of it was put in its place, or its history
 * was rewritten. What is lost that way is lost silently otherwise.
 */
export async function assertExtendsAnchor({ anchored, origin, head, prove }: AnchorCheck): Promise<void> {
  if (anchored === null) return;
  const before = anchored.checkpoint;
  const now = head ?? { size: 0, root: emptyRoot };
  if (before.origin !== origin) throw rollback(`the last anchored checkpoint is of ${before.origin}, the database is of ${origin}`);
  if (now.size < before.size) throw rollback(`the last anchored checkpoint has ${before.size} entries, the database's log has ${now.size}`);
  const hashes = await prove(before.size, now.size);
  if (!verifyConsistency(before, now, hashes))
    throw rollback(`the database's log of ${now.size} entries does not begin with the ${before.size} that were anchored`);
}

function rollback(detail: string): Fault {
  return new Fault("rollback_detected", `ROLLBACK DETECTED: ${detail}`);
}
