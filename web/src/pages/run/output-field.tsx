import { useState } from "react";
import type { ReactNode } from "react";
import type { DeclaredOutput } from "../../api/generated.ts";
import { FilePicker } from "../../forms/file-picker.tsx";
import { sha256Hex } from "../../lib/sha256.ts";
import { Field } from "../../ui/field.tsx";

/** What is said of one delivered output. */
export interface Delivery {
  readonly name: string;
  readonly uri: string;
  readonly sha256: string;
  readonly bytes: number | null;
}

export function emptyDelivery({ name }: DeclaredOutput): Delivery {
  return { name, uri: "", sha256: "", bytes: null };
}

interface Props {
  readonly declared: DeclaredOutput;
  readonly delivery: Delivery;
  readonly onChange: (delivery: Delivery) => void;
}

/** A declared output: the file stays where it is; its digest, size and place go on record. */
export function OutputField({ declared, delivery, onChange }: Props): ReactNode {
  const [hashing, setHashing] = useState(false);
  const take = async (file: File): Promise<void> => {
    setHashing(true);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const sha256 = await sha256Hex(bytes);
    setHashing(false);
    onChange({ ...delivery, uri: delivery.uri === "" ? `file:${encodeURI(file.name)}` : delivery.uri, sha256, bytes: bytes.length });
  };
  return (
    <fieldset className="field nested">
      <legend>
        <code>{declared.name}</code>
      </legend>
      {declared.description !== "" && <p className="small muted">{declared.description}</p>}
      <FilePicker label={`File of ${declared.name}`} onFile={take} />
      <p className="small" role="status">
        {hashing && "Computing its digest…"}
        {!hashing && delivery.sha256 !== "" && (
          <>
            SHA-256 <code>{delivery.sha256}</code>, {delivery.bytes?.toLocaleString()} bytes. The file was read here and sent nowhere.
          </>
        )}
      </p>
      <Field label={`Where ${declared.name} is kept`} hint="An address for those who check later. It is stored, never fetched.">
        {(control) => (
          <input
            {...control}
            required
            maxLength={2_000}
            value={delivery.uri}
            onChange={(event) => onChange({ ...delivery, uri: event.target.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}
