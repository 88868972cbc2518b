import { describe, expect, test } from "vitest";
import type { Attestation, AttestedArtifact } from "../domain/attestation.ts";
import type { Json } from "../domain/json.ts";
import type { ComputeContract } from "../domain/manifest.ts";
import { admitAttestation } from "./admit-attestation.ts";

const contract: ComputeContract = {
  executor: "analyst",
  inputs: [],
  outputs: [
    { name: "report", description: "" },
    { name: "data", description: "" },
  ],
  verification: "operator_attest",
  notes: "",
  timeout_minutes: null,
  output_schema: { type: "object", required: ["total"], properties: { total: { type: "number" } } },
};

function artifact(name: string): AttestedArtifact {
  return { name, uri: `s3://bucket/${name}`, sha256: null, bytes: 12 };
}

function attestation(names: readonly string[], output: Json): Attestation {
  return { attested_by: "alice", outcome: "SUCCESS", notes: null, artifacts: names.map(artifact), output };
}

function pointers(names: readonly string[], output: Json): readonly string[] {
  const admitted = admitAttestation(contract, attestation(names, output));
  return admitted.ok ? [] : admitted.error.map(({ pointer, detail }) => `${pointer} ${detail}`);
}

describe("an attested SUCCESS", () => {
  test("becomes canonical output when it covers every declared output and satisfies the schema", () => {
    const admitted = admitAttestation(contract, attestation(["report", "data"], { total: 1.5 }));
    expect(admitted.ok && new TextDecoder().decode(admitted.value.bytes)).toBe(
      '{"artifacts":{"data":{"bytes":12,"sha256":null,"uri":"s3://bucket/data"},"report":{"bytes":12,"sha256":null,"uri":"s3://bucket/report"}},"output":{"total":1.5}}',
    );
  });

  test("is refused when a declared output is missing, and the missing one is named", () => {
    expect(pointers(["report"], { total: 1 })).toEqual(['/artifacts the declared output "data" is missing']);
    expect(pointers([], { total: 1 })).toHaveLength(2);
  });

  test("is refused when it names an output nobody declared, or one twice", () => {
    expect(pointers(["report", "data", "extra"], { total: 1 })).toEqual([
      '/artifacts/2/name names the output "extra", which the compute contract does not declare',
    ]);
    expect(pointers(["report", "data", "report"], { total: 1 })).toEqual(['/artifacts/2/name names the output "report" a second time']);
  });

  test("is refused when its output does not satisfy the schema, together with all else", () => {
    expect(pointers(["report", "data"], null)).toEqual(["/output an output is missing: the compute contract has a schema for it"]);
    expect(pointers(["report"], { total: "x" })).toEqual([
      '/artifacts the declared output "data" is missing',
      "/output/total must be number",
    ]);
  });

  test("may leave the output out when there is no schema for it", () => {
    expect(admitAttestation({ ...contract, output_schema: null }, attestation(["report", "data"], null)).ok).toBe(true);
  });

  test("of a contract that declares nothing needs nothing", () => {
    const admitted = admitAttestation({ ...contract, outputs: [], output_schema: null }, attestation([], null));
    expect(admitted.ok && admitted.value.value).toEqual({ artifacts: {}, output: null });
  });

  test("is told apart from a FAIL, which makes no output", () => {
    expect(() => admitAttestation(contract, { ...attestation(["report", "data"], { total: 1 }), outcome: "FAIL" })).toThrow(
      /only a SUCCESS/,
    );
  });
});
