import { isJsonArray, isJsonObject, textOf } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";

/** A shape as the page for people shows it: `text` says what it is, `names` are the named schemas that the text speaks of. */
export interface Shape {
  readonly text: string;
  readonly names: readonly string[];
}

export interface Field {
  readonly name: string;
  readonly shape: Shape;
  readonly isRequired: boolean;
  readonly description: string;
}

export interface NamedSchema {
  readonly name: string;
  readonly description: string;
  /** Null: it is no object with members of its own. */
  readonly fields: readonly Field[] | null;
  readonly shape: Shape;
}

/** What the page for people shows of one call. */
export interface Operation {
  readonly path: string;
  readonly method: string;
  readonly summary: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly parameters: readonly (Field & { readonly place: string })[];
  readonly body: { readonly type: string; readonly shape: Shape } | null;
  readonly answers: readonly { readonly status: string; readonly description: string; readonly shape: Shape | null }[];
  /** Roles whose tokens may make this call; empty: everybody's, or anybody's. */
  readonly roles: readonly string[];
}

export interface OpenApiView {
  readonly title: string;
  readonly version: string;
  readonly description: string;
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly operations: readonly Operation[];
  readonly schemas: readonly NamedSchema[];
}

/** Reads a document that the framework made of our own schemas: members that are absent are empty, none is of another type. */
export function readOpenApi(document: JsonObject): OpenApiView {
  const info = objectOf(document["info"]);
  const components = objectOf(document["components"]);
  return {
    title: wordsOf(info["title"]),
    version: wordsOf(info["version"]),
    description: wordsOf(info["description"]),
    tags: listOf(document["tags"]).map((tag) => ({
      name: wordsOf(objectOf(tag)["name"]),
      description: wordsOf(objectOf(tag)["description"]),
    })),
    operations: membersOf(document["paths"]).flatMap(([path, methods]) =>
      membersOf(methods).map(([method, operation]) =>
        readOperation({ path, method: method.toUpperCase(), components }, objectOf(operation)),
      ),
    ),
    schemas: membersOf(components["schemas"]).map(([name, schema]) => readSchema(name, objectOf(schema))),
  };
}

interface Place {
  readonly path: string;
  readonly method: string;
  readonly components: JsonObject;
}

function readOperation({ path, method, components }: Place, operation: JsonObject): Operation {
  return {
    path,
    method,
    summary: wordsOf(operation["summary"]),
    description: wordsOf(operation["description"]),
    tags: listOf(operation["tags"]).map(wordsOf),
    parameters: listOf(operation["parameters"])
      .map(objectOf)
      .map((parameter) => ({
        name: wordsOf(parameter["name"]),
        place: wordsOf(parameter["in"]),
        shape: shapeOf(parameter["schema"]),
        isRequired: parameter["required"] === true,
        description: wordsOf(parameter["description"]),
      })),
    body: contentOf(operation["requestBody"]),
    answers: membersOf(operation["responses"]).map(([status, answer]) => {
      const described = resolved(objectOf(answer), components);
      return { status, description: wordsOf(described["description"]), shape: contentOf(described)?.shape ?? null };
    }),
    roles: listOf(operation["x-roles"]).map(wordsOf),
  };
}

function readSchema(name: string, schema: JsonObject): NamedSchema {
  const required = new Set(listOf(schema["required"]).map(wordsOf));
  const fields = membersOf(schema["properties"]).map(([field, member]) => ({
    name: field,
    shape: shapeOf(member),
    isRequired: required.has(field),
    description: wordsOf(objectOf(member)["description"]),
  }));
  return { name, description: wordsOf(schema["description"]), fields: fields.length === 0 ? null : fields, shape: shapeOf(schema) };
}

function contentOf(holder: Json | undefined): Operation["body"] {
  const [first] = membersOf(objectOf(holder)["content"]);
  return first === undefined ? null : { type: first[0], shape: shapeOf(objectOf(first[1])["schema"]) };
}

/** A response that stands among the components, where an operation only refers to it. */
function resolved(answer: JsonObject, components: JsonObject): JsonObject {
  const name = /^#\/components\/responses\/(.+)$/.exec(wordsOf(answer["$ref"]))?.[1];
  return name === undefined ? answer : objectOf(objectOf(components["responses"])[name]);
}

function shapeOf(schema: Json | undefined): Shape {
  const { $ref, anyOf, oneOf, type, items, enum: values, const: only } = objectOf(schema);
  const name = /^#\/components\/schemas\/(.+)$/.exec(wordsOf($ref))?.[1];
  if (name !== undefined) return { text: name, names: [name] };
  const choices = listOf(anyOf ?? oneOf).map(shapeOf);
  if (choices.length > 0) return { text: choices.map(({ text }) => text).join(" or "), names: choices.flatMap(({ names }) => names) };
  if (only !== undefined) return { text: JSON.stringify(only), names: [] };
  if (isJsonArray(values)) return { text: values.map((value) => JSON.stringify(value)).join(" | "), names: [] };
  if (type === "array") {
    const item = shapeOf(items);
    return { text: `list of ${item.text}`, names: item.names };
  }
  const types = isJsonArray(type) ? type.map(wordsOf) : [wordsOf(type)];
  return { text: types.filter((each) => each !== "").join(" or ") || "any JSON value", names: [] };
}

function membersOf(value: Json | undefined): readonly (readonly [string, Json])[] {
  return Object.entries(objectOf(value));
}

function objectOf(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: Json | undefined): readonly Json[] {
  return isJsonArray(value) ? value : [];
}

function wordsOf(value: Json | undefined): string {
  return textOf(value) ?? "";
}
