import { useState } from "react";
import type { ReactNode } from "react";
import { upload } from "../../api/client.ts";
import type { DeclaredOutput } from "../../api/generated.ts";
import { FilePicker } from "../../forms/file-picker.tsx";
import { sha256Hex } from "../../lib/sha256.ts";
import { Field } from "../../ui/field.tsx";
import { Trouble } from "../../ui/states.tsx";

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
  /** The contract takes files that were handed over, not addresses. */
  readonly uploads: boolean;
  readonly declared: DeclaredOutput;
  readonly delivery: Delivery;
  readonly onChange: (delivery: Delivery) => void;
}

/** A declared output: the file stays where it is; its digest, size and place go on record. */
export function OutputField({ uploads, declared, delivery, onChange }: Props): ReactNode {
  const [busy, setBusy] = useState<"hashing" | "uploading" | null>(null);
  const [refusal, setRefusal] = useState<unknown>(null);
  const take = async (file: File): Promise<void> => {
    setBusy("hashing");
    setRefusal(null);
    try {
      const bytes = new Uint8Array(await file.arrayBuffer());
      const sha256 = await sha256Hex(bytes);
      if (uploads) setBusy("uploading");
      const uri = uploads ? (await upload(file, sha256)).uri : delivery.uri === "" ? `file:${encodeURI(file.name)}` : delivery.uri;
      onChange({ ...delivery, uri, sha256, bytes: bytes.length });
    } catch (error) {
      setRefusal(error);
    } finally {
      setBusy(null);
    }
  };
  return (
    <fieldset className="field nested">
      <legend>
        <code>{declared.name}</code>
      </legend>
      {declared.description !== "" && <p className="small muted">{declared.description}</p>}
      <FilePicker label={`File of ${declared.name}`} onFile={take} />
      <p className="small" role="status">
        {busy === "hashing" && "Computing its digest…"}
        {busy === "uploading" && "Handing it over…"}
        {busy === null && delivery.sha256 !== "" && (
          <>
            SHA-256 <code>{delivery.sha256}</code>, {delivery.bytes?.toLocaleString()} bytes.{" "}
            {uploads ? "It was handed over, and hashed there too." : "The file was read here and sent nowhere."}
          </>
        )}
      </p>
      {refusal !== null && <Trouble error={refusal} />}
      <Field
        label={`Where ${declared.name} is kept`}
        hint={
          uploads
            ? "The contract takes files that were handed over: choose the file above."
            : "An address for those who check later. It is stored, never fetched."
        }
      >
        {(control) => (
          <input
            {...control}
            required
            readOnly={uploads}
            maxLength={2_000}
            value={delivery.uri}
            onChange={(event) => onChange({ ...delivery, uri: event.target.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}
