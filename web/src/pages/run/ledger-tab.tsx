import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import type { Run } from "../../api/generated.ts";
import { entriesQuery } from "../../api/queries.ts";
import { checkChain } from "../../ledger/check-chain.ts";
import type { ChainState } from "../../ledger/check-chain.ts";
import { Loading, Trouble } from "../../ui/states.tsx";
import { EntryItem } from "./entry-item.tsx";
import { VerifyRun } from "./verify-run.tsx";
import "./ledger.css";

const shownMax = 300;

/** The record of the run, entry by entry, and what this browser finds when it recomputes the chain. */
export function LedgerTab({ run }: { readonly run: Run }): ReactNode {
  const query = useInfiniteQuery(entriesQuery(run.id));
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const [shown, setShown] = useState(shownMax);
  const missing = entries.length < run.entry_count;
  const { fetchNextPage, isFetching, isError } = query;
  useEffect(() => {
    if (missing && !isFetching && !isError) void fetchNextPage();
  }, [missing, isFetching, isError, fetchNextPage]);
  const chain = useChain(entries, run);
  if (query.isError) return <Trouble error={query.error} retry={() => void query.refetch()} />;
  if (entries.length === 0) return <Loading what="the ledger" lines={8} />;
  return (
    <section className="stack" aria-label="Ledger of the run">
      <ChainNotice chain={missing ? null : chain} run={run} />
      <VerifyRun runId={run.id} />
      <ol className="entries card flush">
        {entries.slice(0, shown).map((entry) => (
          <EntryItem key={entry.seq} runId={run.id} entry={entry} />
        ))}
      </ol>
      {entries.length > shown && (
        <div>
          <button type="button" onClick={() => setShown(shown + shownMax)}>
            Show {Math.min(shownMax, entries.length - shown)} more of {entries.length}
          </button>
        </div>
      )}
    </section>
  );
}

/** The chain is computed anew whenever there is an entry more. */
function useChain(entries: Parameters<typeof checkChain>[0], { id, entry_count, leaf }: Run): ChainState | null {
  const [chain, setChain] = useState<ChainState | null>(null);
  const count = entries.length;
  useEffect(() => {
    let current = true;
    const check = async (): Promise<void> => {
      const found = await checkChain(entries, { runId: id, head: count === entry_count ? leaf : null });
      if (current) setChain(found);
    };
    if (count > 0) void check();
    return () => {
      current = false;
    };
    // The entries that were there before never change, so their number says whether there is anything new.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [count, entry_count, id, leaf]);
  return chain;
}

function ChainNotice({ chain, run }: { readonly chain: ChainState | null; readonly run: Run }): ReactNode {
  if (chain === null)
    return (
      <p className="notice" role="status">
        Recomputing the chain…
      </p>
    );
  if (!chain.holds)
    return (
      <div className="notice error" role="alert">
        <p>
          <strong>
            The chain is broken at entry {chain.seq}: {chain.fault}.
          </strong>
        </p>
        <p className="small">
          The record was changed after it was written, or on its way here. Keep this page, and run <code>reckon verify {run.id}</code>{" "}
          against the database.
        </p>
      </div>
    );
  return (
    <div className="notice success" role="status">
      <p>
        <strong>The chain holds.</strong> This browser recomputed the digests of all {chain.entries} entries from their exact bytes.
      </p>
      <p className="small">
        Receipt: {run.entry_count} entries, head <code>{run.leaf}</code>. Whoever keeps it can tell later whether this history was
        rewritten.
      </p>
    </div>
  );
}
