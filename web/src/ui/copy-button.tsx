import { useState } from "react";
import type { ReactNode } from "react";

export function CopyButton({ text, what }: { readonly text: string; readonly what: string }): ReactNode {
  const [state, setState] = useState<"ready" | "copied" | "refused">("ready");
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setState("copied"),
      () => setState("refused"),
    );
  };
  const words = { ready: "Copy", copied: "Copied", refused: "Not copied: the browser refused" };
  return (
    <button type="button" className="plain small" onClick={copy} aria-label={`${words[state]}: ${what}`} onBlur={() => setState("ready")}>
      {words[state]}
    </button>
  );
}
