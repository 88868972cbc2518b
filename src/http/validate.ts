import { Ajv2020 } from "ajv/dist/2020.js";
import type { FastifySchemaCompiler } from "fastify";
import type { TSchema } from "typebox";
import { components } from "./schema/components.ts";

/** Documents whose own door check (SPEC 2) reports every fault at once, shape and meaning together: only described here. */
const checkedByMachine: ReadonlySet<unknown> = new Set(["TaskInput#", "ManifestInput#", "StepsInput#"]);

/** How requests are checked: by JSON Schema 2020-12, the dialect of the document; nothing is coerced, filled in or taken out. */
export function requestValidator(): FastifySchemaCompiler<TSchema> {
  // All errors, so that all faults are reported; the bounds of bodies bound their number.
  const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
  for (const [name, schema] of Object.entries(components)) ajv.addSchema({ ...schema, $id: name });
  return ({ schema, httpPart }) => {
    if (httpPart === "body" && checkedByMachine.has(Reflect.get(schema, "$ref"))) return () => true;
    return ajv.compile(schema);
  };
}
