import { Fragment } from "react";
import type { ReactNode } from "react";
import "./untrusted-text.css";

// Characters that are not seen or that reorder what is seen: controls but tab and line feed, zero-width, direction marks,
// tags and variation selectors outside the common plane, lone surrogates.
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]|\p{Surrogate}/gu;

/** Text that a model or a stranger wrote: shown as text, isolated in direction, and with what would not be seen made visible. */
export function UntrustedText({ text }: { readonly text: string }): ReactNode {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(hidden)) {
    const point = `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
    parts.push(<Fragment key={from}>{text.slice(from, match.index)}</Fragment>);
    parts.push(
      <span key={`${match.index} hidden`} className="hidden-character">
        {point}
      </span>,
    );
    from = match.index + match[0].length;
  }
  return (
    <span className="untrusted" dir="auto">
      {parts}
      {text.slice(from)}
    </span>
  );
}
