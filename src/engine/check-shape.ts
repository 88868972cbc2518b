import { assert } from "../domain/assert.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { findJsonIssue } from "../domain/strict-json.ts";
import { compileContract } from "../policy/contract.ts";
import type { Contract } from "../policy/contract.ts";

/** Faults of shape reported at once: an author mends many in one go. */
export const doorIssuesMax = 200;

const compiled = new Map<string, Contract>();

/** What keeps a body from having the shape its schema says. `name` names the schema: each is compiled once. */
export function checkShape(name: string, schema: JsonObject, input: Json): readonly Issue[] {
  const known = compiled.get(name) ?? compileOwn(name, schema);
  const unsafe = findJsonIssue(input);
  return unsafe.length > 0 ? unsafe : known.check(input, doorIssuesMax);
}

/** True when a body must not be looked into at all: too deep, too many members, or keys that name a prototype. */
export function isUnsafe(input: Json): boolean {
  return findJsonIssue(input).length > 0;
}

function compileOwn(name: string, schema: JsonObject): Contract {
  const contract = compileContract(schema);
  assert(contract.ok, `the schema of a ${name} compiles`);
  compiled.set(name, contract.value);
  return contract.value;
}
