import { Ajv2020 } from "ajv/dist/2020.js";
import type { ErrorObject, Options, ValidateFunction } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { canonicalJson } from "../domain/canonical-json.ts";
import { jsonPointer } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Issue } from "../domain/rejection.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { compilePattern } from "./linear-pattern.ts";
import { evaluationsMax, evaluationsOf, perPlaceMax, schemaCost } from "./schema-cost.ts";
import type { SchemaCost } from "./schema-cost.ts";
import { formats, schemaShape, schemaSizeIssues } from "./schema-shape.ts";

// The policy room: what an output must be (a contract, JSON Schema 2020-12) and what must be true of it (rules, CEL).
// It may import `domain` and the validating libraries, no other room does. Its invariant: a check is a pure function
// of its arguments, bounded by counting and never by a clock, so a replay anywhere gives the same report, byte for byte.

/** A JSON Schema that compiled. */
export interface Contract {
  /** Every way `value` breaks the contract, at most `issuesMax`; details name the rule, never a value. */
  readonly check: (value: Json, issuesMax?: number) => readonly Issue[];
}

export const contractIssuesMax = 20;
/** Characters times pattern instructions that one check may spend on patterns. */
export const patternWorkMax = 20_000_000;
const pointerLengthMax = 300;

/** Compiles a schema, or says everything that is wrong with it. Issue pointers lead into the schema. */
export function compileContract(schema: JsonObject): Result<Contract, readonly Issue[]> {
  const sizeIssues = schemaSizeIssues(schema);
  if (sizeIssues.length > 0) return err(sizeIssues);
  const metaIssues = metaSchemaIssues(schema);
  const shape = schemaShape(schema);
  const issues = [...metaIssues, ...shape.issues];
  if (issues.length > 0) return err(issues);
  const cost = schemaCost(shape);
  if (cost.perPlace === Infinity) return err([{ pointer: "", detail: "a reference leads back to itself at the same place" }]);
  if (cost.perPlace > perPlaceMax)
    return err([{ pointer: "", detail: `its references and combinations unfold to more than ${perPlaceMax} subschemas` }]);
  return compile(schema, cost);
}

const baseOptions: Options = {
  strictSchema: true,
  strictNumbers: true,
  strictTypes: false,
  strictTuples: false,
  allowMatchingProperties: true,
  allErrors: true,
  // Without it `required: ["constructor"]` is satisfied by every object's prototype.
  ownProperties: true,
  // 19.99 is a multiple of 0.01 for everybody but a double.
  multipleOfPrecision: 8,
  addUsedSchema: false,
  logger: false,
};

let metaValidator: Ajv2020 | null = null;

function metaSchemaIssues(schema: JsonObject): readonly Issue[] {
  // One instance knows the meta-schema: compiling that takes a hundred times as long as compiling a contract.
  metaValidator ??= new Ajv2020({ ...baseOptions, strictSchema: false });
  const { $schema: _, ...rest } = schema;
  if (metaValidator.validateSchema(rest) === true) return [];
  const errors = (metaValidator.errors ?? []).filter(({ keyword }) => keyword !== "$dynamicRef" && keyword !== "$ref");
  return issuesOf(errors, contractIssuesMax);
}

function compile(schema: JsonObject, cost: SchemaCost): Result<Contract, readonly Issue[]> {
  const work: PatternWork = { left: patternWorkMax };
  const ajv = new Ajv2020({
    ...baseOptions,
    meta: false,
    validateSchema: false,
    code: { regExp: Object.assign((source: string) => countedPattern(source, work), { code: "countedPattern" }) },
  });
  addFormats.default(ajv, [...formats]);
  ajv.removeKeyword("uniqueItems");
  // Ajv compares every pair of items; a set of canonical texts is linear.
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: hasUniqueItems,
    error: { message: "must NOT have equal items" },
  });
  const { $schema: _, ...rest } = schema;
  try {
    const validate = ajv.compile(rest);
    return ok({ check: (value, issuesMax = contractIssuesMax) => check({ validate, cost, work }, value, issuesMax) });
  } catch (cause) {
    return err([{ pointer: "", detail: cause instanceof Error ? cause.message : "does not compile" }]);
  }
}

interface PatternWork {
  left: number;
}

/** Leaves a validation whose patterns would take too long; never leaves this file. */
class TooCostly extends Error {}

/**
 * Ajv keys compiled patterns by their `toString`: without one of their own, all patterns of an instance would share the
 * key "[object Object]" and the first would silently stand for every other.
 */
function countedPattern(source: string, work: PatternWork): { readonly test: (text: string) => boolean; readonly toString: () => string } {
  const compiled = compilePattern(source);
  if (!compiled.ok) throw new Error(compiled.error);
  const { test, instructions } = compiled.value;
  return {
    test: (text) => {
      work.left -= (text.length + 1) * instructions;
      if (work.left < 0) throw new TooCostly();
      return test(text);
    },
    toString: () => `re2/${source}/`,
  };
}

function hasUniqueItems(wanted: unknown, items: readonly Json[]): boolean {
  return wanted !== true || new Set(items.map(canonicalJson)).size === items.length;
}

interface Validation {
  readonly validate: ValidateFunction;
  readonly cost: SchemaCost;
  readonly work: PatternWork;
}

function check({ validate, cost, work }: Validation, value: Json, issuesMax: number): readonly Issue[] {
  if (cost.fanOut > 1 && evaluationsOf(cost, measure(value)) > evaluationsMax) {
    return [{ pointer: "", detail: "cannot be checked: the schema would be evaluated too often on a value this deep" }];
  }
  work.left = patternWorkMax;
  try {
    if (validate(value)) return [];
  } catch (cause) {
    if (!(cause instanceof TooCostly)) throw cause;
    return [{ pointer: "", detail: "cannot be checked: its texts are too long for the patterns of the schema" }];
  }
  return issuesOf(validate.errors ?? [], issuesMax);
}

function measure(value: Json): { readonly places: number; readonly depth: number } {
  if (typeof value !== "object" || value === null) return { places: 1, depth: 0 };
  let places = 1;
  let depth = 0;
  for (const item of Object.values(value)) {
    const below = measure(item);
    places += below.places;
    depth = Math.max(depth, below.depth);
  }
  return { places, depth: depth + 1 };
}

/** Ajv's messages name the schema's own values (limits, required names), never the instance's. */
function issuesOf(errors: readonly ErrorObject[], issuesMax: number): readonly Issue[] {
  return errors.slice(0, issuesMax).map((error) => ({ pointer: pointerTo(error).slice(0, pointerLengthMax), detail: detailOf(error) }));
}

/** A member that should not be there is pointed at itself; Ajv points at the object it stands in. */
function pointerTo({ instancePath, params }: ErrorObject): string {
  const extra: unknown = params["additionalProperty"] ?? params["unevaluatedProperty"];
  return typeof extra === "string" ? instancePath + jsonPointer([extra]) : instancePath;
}

function detailOf({ keyword, params, message }: ErrorObject): string {
  switch (keyword) {
    case "additionalProperties":
    case "unevaluatedProperties":
      return "is not a member that is allowed here";
    case "enum":
      return `must be one of ${JSON.stringify(params["allowedValues"]).slice(0, 300)}`;
    default:
      return message ?? `does not satisfy ${keyword}`;
  }
}
