import type { Attestation } from "../domain/attestation.ts";
import type { Json } from "../domain/json.ts";
import type { ComputeContract } from "../domain/manifest.ts";
import type { CanonicalOutput } from "../domain/outcome.ts";
import type { Issue } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { compileContract } from "../policy/contract.ts";
import { assert } from "../domain/assert.ts";
import { inCanonicalOrder, makeCanonicalOutput } from "./canonical-output.ts";

/**
 * Makes canonical output of an attested SUCCESS, if it covers every output the compute contract declares, and no other,
 * and its `output` satisfies the contract's schema. Issue pointers lead into the attestation; a missing output is named.
 */
export function admitAttestation(contract: ComputeContract, attestation: Attestation): Result<CanonicalOutput, readonly Issue[]> {
  assert(attestation.outcome === "SUCCESS", "only a SUCCESS makes output");
  const issues = [...artifactIssues(contract, attestation), ...outputIssues(contract, attestation.output)];
  if (issues.length > 0) return err(issues);
  const artifacts: [string, Json][] = attestation.artifacts.map(({ name, uri, sha256, bytes }) => [name, { uri, sha256, bytes }]);
  return ok(makeCanonicalOutput(inCanonicalOrder({ artifacts: Object.fromEntries(artifacts), output: attestation.output })));
}

function artifactIssues(contract: ComputeContract, { artifacts }: Attestation): readonly Issue[] {
  const declared = new Set(contract.outputs.map(({ name }) => name));
  const seen = new Set<string>();
  const issues: Issue[] = [];
  for (const [index, { name }] of artifacts.entries()) {
    const pointer = `/artifacts/${index}/name`;
    if (!declared.has(name))
      issues.push({ pointer, detail: `names the output ${JSON.stringify(name)}, which the compute contract does not declare` });
    else if (seen.has(name)) issues.push({ pointer, detail: `names the output ${JSON.stringify(name)} a second time` });
    seen.add(name);
  }
  for (const name of declared)
    if (!seen.has(name)) issues.push({ pointer: "/artifacts", detail: `the declared output ${JSON.stringify(name)} is missing` });
  return issues;
}

function outputIssues(contract: ComputeContract, output: Json): readonly Issue[] {
  if (contract.output_schema === null) return [];
  const compiled = compileContract(contract.output_schema);
  assert(compiled.ok, "the output_schema of a published manifest compiles");
  const issues = compiled.value.check(output);
  // Null is what an attestation holds that gives no output, and "must be object" would not tell an operator that.
  if (output === null && issues.length > 0)
    return [{ pointer: "/output", detail: "an output is missing: the compute contract has a schema for it" }];
  return issues.map(({ pointer, detail }) => ({ pointer: `/output${pointer}`, detail }));
}
