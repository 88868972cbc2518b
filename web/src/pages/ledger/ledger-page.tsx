import type { ReactNode } from "react";
import { useTitle } from "../../lib/use-title.ts";
import { CheckExport } from "./check-export.tsx";
import { LogState } from "./log-state.tsx";

/** The sealed log as it stands, and a place to check what somebody brings along. */
export function LedgerPage(): ReactNode {
  useTitle("Ledger");
  return (
    <>
      <h1>Ledger</h1>
      <LogState />
      <CheckExport />
    </>
  );
}
