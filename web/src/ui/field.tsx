import { useId } from "react";
import type { ReactNode } from "react";

interface ControlProps {
  readonly id: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
}

interface Props {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly fault?: string | undefined;
  readonly optional?: boolean;
  readonly children: (props: ControlProps) => ReactNode;
}

/** A labelled control with its hint and its fault, tied together for those who hear the page. */
export function Field({ label, hint, fault, optional = false, children }: Props): ReactNode {
  const id = useId();
  const notes = [hint === undefined || hint === "" ? null : `${id}-hint`, fault === undefined ? null : `${id}-fault`].filter(
    (note) => note !== null,
  );
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {optional && <span className="muted small">(optional)</span>}
      </label>
      {children({
        id,
        ...(notes.length === 0 ? {} : { "aria-describedby": notes.join(" ") }),
        ...(fault === undefined ? {} : { "aria-invalid": true }),
      })}
      {hint !== undefined && hint !== "" && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {fault !== undefined && (
        <span className="fault" id={`${id}-fault`}>
          {fault}
        </span>
      )}
    </div>
  );
}
