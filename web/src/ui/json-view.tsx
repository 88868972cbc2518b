import { useState } from "react";
import type { ReactNode } from "react";
import { UntrustedText } from "./untrusted-text.tsx";
import "./json-view.css";

const openToDepth = 3;
const shownItems = 100;
const shownCharacters = 4_000;

/** A JSON value as a tree whose branches open; only what is open is built. */
export function JsonView({ value, label }: { readonly value: unknown; readonly label: string }): ReactNode {
  return (
    <div className="json" role="region" aria-label={label} tabIndex={0}>
      <Value value={value} depth={0} />
    </div>
  );
}

function Value({ value, depth }: { readonly value: unknown; readonly depth: number }): ReactNode {
  if (Array.isArray(value)) return <Branch entries={value.map((item, at) => [String(at), item])} brackets="[]" depth={depth} />;
  if (typeof value === "object" && value !== null) return <Branch entries={Object.entries(value)} brackets="{}" depth={depth} />;
  if (typeof value === "string") return <Text text={value} />;
  return <span className="json-atom">{String(value)}</span>;
}

function Text({ text }: { readonly text: string }): ReactNode {
  const [all, setAll] = useState(false);
  const isWhole = all || text.length <= shownCharacters;
  return (
    <>
      <span className="json-string">
        "<UntrustedText text={isWhole ? text : text.slice(0, shownCharacters)} />"
      </span>
      {!isWhole && (
        <button type="button" className="plain" onClick={() => setAll(true)}>
          … all {text.length.toLocaleString()} characters
        </button>
      )}
    </>
  );
}

interface BranchProps {
  readonly entries: readonly (readonly [string, unknown])[];
  readonly brackets: "[]" | "{}";
  readonly depth: number;
}

function Branch({ entries, brackets, depth }: BranchProps): ReactNode {
  const [open, setOpen] = useState(depth < openToDepth);
  const [limit, setLimit] = useState(shownItems);
  if (entries.length === 0) return <span>{brackets}</span>;
  const count = `${entries.length} ${entries.length === 1 ? "entry" : "entries"}`;
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {brackets[0]} <span className="muted">{open ? "" : `${count} ${brackets[1]}`}</span>
      </summary>
      {open && (
        <ul>
          {entries.slice(0, limit).map(([key, item]) => (
            <li key={key}>
              {brackets === "{}" && (
                <span className="json-key">
                  <UntrustedText text={key} />:{" "}
                </span>
              )}
              <Value value={item} depth={depth + 1} />
            </li>
          ))}
          {entries.length > limit && (
            <li>
              <button type="button" className="plain" onClick={() => setLimit(limit + 1_000)}>
                {entries.length - limit} more
              </button>
            </li>
          )}
        </ul>
      )}
    </details>
  );
}
