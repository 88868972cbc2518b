import { assert } from "../domain/assert.ts";
import type { JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { findJsonIssue } from "../domain/strict-json.ts";
import { compileContract } from "../policy/contract.ts";
import type { Contract } from "../policy/contract.ts";

/** Bytes, as canonical JSON, that the parameters of one run may have: every prompt of the run may repeat them. */
export const paramsLengthMax = 1_048_576;

const compiled = new WeakMap<JsonObject, Contract>();

/** What keeps `params` from starting a run, with pointers into them; null schema: any object will do. */
export function checkParams(schema: JsonObject | null, params: JsonObject): readonly Issue[] {
  const unsafe = findJsonIssue(params);
  if (unsafe.length > 0) return unsafe;
  if (JSON.stringify(params).length > paramsLengthMax) return [{ pointer: "", detail: `is longer than ${paramsLengthMax} characters` }];
  return schema === null ? [] : contractOf(schema).check(params);
}

/** A plan is kept and its schema with it, so the many runs of one plan compile it once. */
function contractOf(schema: JsonObject): Contract {
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  const contract = compileContract(schema);
  assert(contract.ok, "the params_schema of a published manifest compiles");
  compiled.set(schema, contract.value);
  return contract.value;
}
