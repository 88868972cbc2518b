import type { Diagnostic } from "@codemirror/lint";
import type { ReactNode } from "react";

/** The faults again as a list, for those who do not see where the text is marked. */
export function FaultList({ text, faults }: { readonly text: string; readonly faults: readonly Diagnostic[] }): ReactNode {
  if (faults.length === 0) return null;
  return (
    <section className="notice error stack tight" aria-label="Faults">
      <h2>{faults.length === 1 ? "1 fault" : `${faults.length} faults`}</h2>
      <ul>
        {faults.map(({ from, message }) => (
          <li key={`${from} ${message}`}>
            Line {text.slice(0, from).split("\n").length}: {message}
          </li>
        ))}
      </ul>
    </section>
  );
}
