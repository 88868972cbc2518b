import { useState } from "react";
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";
import { UntrustedText } from "./untrusted-text.tsx";

/** A line of a megabyte would stop the page for seconds; more than this is shown on demand. */
const shownCharacters = 20_000;

interface Props {
  readonly text: string;
  readonly label: string;
}

/** A long text of unknown origin, with what it takes to read all of it. */
export function TextBlock({ text, label }: Props): ReactNode {
  const [all, setAll] = useState(false);
  const shown = all ? text : text.slice(0, shownCharacters);
  return (
    <div className="stack tight">
      {/* A region that scrolls must be reachable by keyboard. */}
      <pre tabIndex={0} role="region" aria-label={label}>
        <UntrustedText text={shown} />
      </pre>
      <div className="row no-print small">
        <CopyButton text={text} what={label} />
        {shown.length < text.length && (
          <button type="button" onClick={() => setAll(true)}>
            Show all {text.length.toLocaleString()} characters
          </button>
        )}
      </div>
    </div>
  );
}
