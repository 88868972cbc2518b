import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { runTabs } from "../../search.ts";
import type { RunTab } from "../../search.ts";

interface Props {
  readonly current: RunTab;
  readonly entries: number;
}

/** Parts of the page, each with an address of its own: links, not tabs. */
export function RunTabs({ current, entries }: Props): ReactNode {
  const words: Readonly<Record<RunTab, string>> = { steps: "Steps", ledger: `Ledger (${entries})`, input: "Input and plan" };
  return (
    <nav className="tabs" aria-label="Parts of the run">
      {runTabs.map((tab) => (
        <Link
          key={tab}
          from="/runs/$runId"
          to="/runs/$runId"
          search={({ step }) => ({ ...(tab === "steps" ? {} : { tab }), ...(step === undefined ? {} : { step }) })}
          activeOptions={{ exact: true }}
          aria-current={tab === current ? "page" : "false"}
        >
          {words[tab]}
        </Link>
      ))}
    </nav>
  );
}
