import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { FilePicker } from "../../forms/file-picker.tsx";
import { prepareVerifier, verifyExport } from "../../ledger/verify-export.ts";
import { Field } from "../../ui/field.tsx";
import { Trouble } from "../../ui/states.tsx";
import { CheckResult } from "./check-result.tsx";

/** Checks an exported run in this browser, with the code of `reckon verify`. */
export function CheckExport(): ReactNode {
  useEffect(() => void prepareVerifier(), []);
  const [keys, setKeys] = useState("");
  const check = useMutation({
    mutationFn: async (file: File) =>
      verifyExport(
        await file.arrayBuffer(),
        keys
          .split("\n")
          .map((line) => line.trim())
          .filter((line) => line !== ""),
      ),
  });
  return (
    <section className="card stack" aria-label="Check an exported run">
      <h2>Check an exported run</h2>
      <p className="muted">
        The file is read here and sent nowhere. The check is that of <code>reckon verify FILE</code>: chain, plan, artifacts, a replay of
        every decision, seals and signatures.
      </p>
      <Field
        label="Keys you trust"
        optional
        hint="Verifier keys of the log and its witnesses, one a line, from a place other than the file. Without one, the file is at most consistent in itself."
      >
        {(control) => <textarea {...control} className="mono" rows={2} value={keys} onChange={(event) => setKeys(event.target.value)} />}
      </Field>
      <div className="field">
        <FilePicker label="Exported run (.tar)" onFile={(file) => check.mutate(file)} />
      </div>
      {check.isPending && (
        <p className="notice" role="status">
          Checking…
        </p>
      )}
      {check.isError && <Trouble error={check.error} />}
      {check.data !== undefined && <CheckResult check={check.data} />}
    </section>
  );
}
