import { useState } from "react";
import type { ReactNode } from "react";
import type { Issue } from "../api/generated.ts";
import { JsonField, SchemaFields } from "./schema-field.tsx";

interface Props {
  readonly legend: string;
  readonly schema: Readonly<Record<string, unknown>> | null;
  readonly pointer: string;
  readonly value: unknown;
  readonly faults: readonly Issue[];
  readonly onChange: (value: unknown) => void;
}

/** A JSON value as a form made of its schema, or written as JSON: as the person prefers, or as the schema allows. */
export function JsonInput({ legend, schema, pointer, value, faults, onChange }: Props): ReactNode {
  const hasForm = schema !== null && schema["type"] === "object" && schema["properties"] !== undefined;
  const [asJson, setAsJson] = useState(!hasForm);
  return (
    <fieldset className="field nested">
      <legend>{legend}</legend>
      {hasForm && (
        <div>
          <button type="button" className="plain small" onClick={() => setAsJson(!asJson)}>
            {asJson ? "As a form" : "As JSON"}
          </button>
        </div>
      )}
      {asJson || schema === null ? (
        <JsonField name="JSON" schema={{}} required={schema !== null} pointer={pointer} value={value} faults={faults} onChange={onChange} />
      ) : (
        <SchemaFields schema={schema} pointer={pointer} value={value} faults={faults} onChange={onChange} />
      )}
    </fieldset>
  );
}
