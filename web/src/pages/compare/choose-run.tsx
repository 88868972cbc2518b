import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactNode } from "react";
import { Field } from "../../ui/field.tsx";

interface Props {
  readonly side: "a" | "b";
  readonly current: string;
}

/** A run by its id, written or pasted. */
export function ChooseRun({ side, current }: Props): ReactNode {
  const [text, setText] = useState(current);
  const navigate = useNavigate({ from: "/compare" });
  const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0];
  return (
    <form
      className="choose-run"
      onSubmit={(event) => {
        event.preventDefault();
        if (id !== undefined) void navigate({ to: ".", search: (search) => ({ ...search, [side]: id.toLowerCase() }) });
      }}
    >
      <Field
        label={side === "a" ? "First run" : "Second run"}
        fault={text !== "" && id === undefined ? "There is no id of a run in this." : undefined}
      >
        {(control) => (
          <input
            {...control}
            className="mono"
            placeholder="Id or address of a run"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
        )}
      </Field>
      <button type="submit" disabled={id === undefined || id === current}>
        Show
      </button>
    </form>
  );
}
