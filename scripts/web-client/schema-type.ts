export interface JsonSchema {
  readonly $ref?: string;
  readonly title?: string;
  readonly description?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema | false;
}

/** Object types that carry a name, collected while the types that use them are written. */
export type Named = Map<string, string>;

/** The TypeScript type of what a schema lets through. What it does not understand it calls unknown, which a reader must then check. */
export function schemaType(schema: JsonSchema | undefined, named: Named): string {
  if (schema === undefined) return "unknown";
  if (schema.$ref !== undefined) return schema.$ref.split("/").at(-1) ?? "unknown";
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return union(choices.map((choice) => schemaType(choice, named)));
  if (Array.isArray(schema.type)) return union((schema.type as readonly string[]).map((type) => schemaType({ ...schema, type }, named)));
  switch (schema.type) {
    case "string":
    case "boolean":
    case "null":
      return schema.type;
    case "number":
    case "integer":
      return "number";
    case "array":
      return `readonly ${grouped(schemaType(schema.items === false ? undefined : schema.items, named))}[]`;
    case "object":
      return namedObject(schema, named);
    default:
      return "unknown";
  }
}

function namedObject(schema: JsonSchema, named: Named): string {
  const { title = "" } = schema;
  if (!/^[A-Z][A-Za-z]+$/.test(title)) return objectType(schema, named);
  if (!named.has(title)) {
    // Set before its fields are written, for a type that contains itself.
    named.set(title, "");
    named.set(title, objectType(schema, named));
  }
  return title;
}

function objectType({ properties, required = [], additionalProperties }: JsonSchema, named: Named): string {
  if (properties === undefined)
    return `Readonly<Record<string, ${schemaType(typeof additionalProperties === "object" ? additionalProperties : undefined, named)}>>`;
  const fields = Object.entries(properties).map(([name, schema]) => {
    const optional = required.includes(name) ? "" : "?";
    const comment = schema.description === undefined ? "" : `/** ${schema.description.replaceAll("*/", "* /")} */ `;
    return `${comment}readonly ${/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name)}${optional}: ${schemaType(schema, named)};`;
  });
  return `{ ${fields.join("\n")} }`;
}

function union(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  return distinct.includes("unknown") ? "unknown" : distinct.join(" | ");
}

function grouped(type: string): string {
  return /[|{ ]/.test(type) ? `(${type})` : type;
}
