import { canonicalBytes } from "../../src/domain/canonical-json.ts";
import type { Json } from "../../src/domain/json.ts";
import type { StoredEntry } from "../../src/domain/transition.ts";
import { leafOf } from "../../src/ledger/leaf.ts";

/** An entry as its bytes have it. */
export interface EntryBody {
  readonly seq: number;
  readonly prev: string | null;
  readonly kind: string;
  readonly step: string | null;
  readonly attempt: number | null;
  readonly at: string;
  readonly run: string;
  readonly log: string;
  readonly epoch: number;
  readonly data: Readonly<Record<string, Json>>;
  readonly refs: readonly { readonly c: string; readonly role: string; readonly size: number; readonly type: string }[];
}

/** What an enemy with every right on the database does: entries changed at will, and the whole chain made anew over them. */
export function rewrite(entries: readonly StoredEntry[], change: (entry: EntryBody) => object): readonly StoredEntry[] {
  let prev: string | null = null;
  return entries.map(({ body }, seq) => {
    const changed = { ...change(JSON.parse(Buffer.from(body).toString()) as EntryBody), prev };
    const bytes = canonicalBytes(changed);
    const leaf = leafOf(bytes);
    prev = leaf.toString("hex");
    return { seq, body: bytes, leaf };
  });
}
