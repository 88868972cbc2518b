import type { ReactNode } from "react";
import type { Look } from "./looks.ts";
import { StatusIcon } from "./status-icon.tsx";
import "./status.css";

/** A state by shape, colour and word, so that no one of the three is needed to understand it. */
export function Status({ look }: { readonly look: Look }): ReactNode {
  return (
    <span className={`status tone-${look.tone}`}>
      <StatusIcon icon={look.icon} />
      {look.word}
    </span>
  );
}
