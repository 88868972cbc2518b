import type { ReactNode } from "react";
import { localTime, spanMs, spanText, utcTime } from "../lib/times.ts";
import { useNow } from "../lib/use-now.ts";

/** A moment in the reader's zone, in UTC on hover. */
export function Time({ at }: { readonly at: string }): ReactNode {
  return (
    <time dateTime={at} title={utcTime(at)} className="nowrap">
      {localTime(at)}
    </time>
  );
}

/** How long something took, or has taken so far. */
export function Span({ from, to }: { readonly from: string; readonly to: string | null }): ReactNode {
  const now = useNow(to === null ? 1_000 : null);
  return <span className="nowrap">{spanText(spanMs(from, to ?? now))}</span>;
}
