import type { ReactNode } from "react";
import type { Run } from "../../api/generated.ts";

export function LedgerTab({ run }: { readonly run: Run }): ReactNode {
  return <p>{run.entry_count}</p>;
}
