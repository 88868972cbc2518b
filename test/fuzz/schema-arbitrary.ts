import fc from "fast-check";
import { Link } from "./tree.ts";
import type { Tree } from "./tree.ts";

/** The part of JSON Schema 2020-12 that the document uses. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly Tree[];
  readonly const?: Tree;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

export interface Schemas {
  readonly [name: string]: Schema;
}

/** What a member's name says beyond its schema: values that mean something to the machine, and links to what exists. */
export interface Meanings {
  readonly [name: string]: fc.Arbitrary<Tree>;
}

/** Values that satisfy a schema of the document. */
export function schemaArbitrary(schema: Schema, schemas: Schemas, meanings: Meanings): fc.Arbitrary<Tree> {
  const ofSchema = (part: Schema, depth: number): fc.Arbitrary<Tree> => {
    if (part.$ref !== undefined) return ofSchema(schemas[part.$ref.split("/").at(-1) ?? ""] ?? {}, depth);
    if (part.enum !== undefined) return fc.constantFrom(...part.enum);
    if (part.const !== undefined) return fc.constant(part.const);
    const choices = part.anyOf ?? part.oneOf;
    if (choices !== undefined) return fc.oneof(...choices.map((choice) => ofSchema(choice, depth)));
    const types = typeof part.type === "string" ? [part.type] : (part.type ?? ["any"]);
    return fc.oneof(...types.map((type) => ofType(type, part, depth)));
  };
  const ofType = (type: string, part: Schema, depth: number): fc.Arbitrary<Tree> => {
    switch (type) {
      case "null":
        return fc.constant(null);
      case "boolean":
        return fc.boolean();
      case "integer":
        return fc.integer({ min: bound(part.minimum, -1_000_000), max: bound(part.maximum, 1_000_000) });
      case "number":
        return numberOf(part);
      case "string":
        return stringOf(part);
      case "array": {
        const lengths = { minLength: part.minItems ?? 0, maxLength: Math.min(part.maxItems ?? 4, 4) };
        const item = part.items === undefined ? anyJson(depth) : ofSchema(part.items, depth + 1);
        return part.uniqueItems === true
          ? fc.uniqueArray(item, { ...lengths, selector: (value) => JSON.stringify(value) })
          : fc.array(item, lengths);
      }
      case "object":
        return objectOf(part, depth);
      default:
        return anyJson(depth);
    }
  };
  const objectOf = (part: Schema, depth: number): fc.Arbitrary<Tree> => {
    const { properties, required = [], additionalProperties = true } = part;
    if (properties === undefined) {
      const value = typeof additionalProperties === "object" ? ofSchema(additionalProperties, depth + 1) : anyJson(depth);
      return fc.dictionary(plainName, value, { maxKeys: 3 });
    }
    const members = Object.entries(properties).map(([name, member]) => [name, meanings[name] ?? ofSchema(member, depth + 1)] as const);
    return fc.record(Object.fromEntries(members), {
      requiredKeys: Object.keys(properties).filter((name) => required.includes(name) || alwaysSaid.has(name)),
    });
  };
  return ofSchema(schema, 0);
}

/** Optional only for those whose token says it: without a token these make the difference. */
const alwaysSaid: ReadonlySet<string> = new Set(["attested_by", "verified_by", "initiated_by"]);

const plainName = fc.stringMatching(/^[a-z][a-z_]{0,8}$/);
const depthMax = 3;

function anyJson(depth: number): fc.Arbitrary<Tree> {
  const leaf = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string({ unit: "grapheme", maxLength: 20 }));
  if (depth >= depthMax) return leaf;
  const inner = fc.oneof({ weight: 3, arbitrary: leaf }, { weight: 1, arbitrary: fc.array(leaf, { maxLength: 3 }) });
  return fc.oneof({ weight: 2, arbitrary: leaf }, { weight: 2, arbitrary: fc.dictionary(plainName, inner, { maxKeys: 3 }) });
}

function numberOf({ minimum, exclusiveMinimum, maximum }: Schema): fc.Arbitrary<Tree> {
  const min = exclusiveMinimum === undefined ? bound(minimum, -1e6) : exclusiveMinimum + 1e-6;
  return fc.double({ min, max: bound(maximum, 1e6), noNaN: true, noDefaultInfinity: true });
}

const textLengthMax = 40;

function stringOf({ pattern, minLength = 0, maxLength = Infinity }: Schema): fc.Arbitrary<Tree> {
  const fits = (text: string): boolean => text.length >= minLength && text.length <= maxLength;
  if (pattern === undefined)
    return fc.string({ unit: "grapheme", minLength, maxLength: Math.max(minLength, Math.min(maxLength, textLengthMax)) }).filter(fits);
  const form = new RegExp(pattern, "u");
  // What the generator of patterns does not know (look-ahead, unbounded classes) is found among ordinary texts.
  if (/\(\?|\\S/.test(pattern)) return fc.string({ minLength: 1, maxLength: 30 }).filter((text) => form.test(text) && fits(text));
  return fc.stringMatching(new RegExp(pattern)).filter(fits);
}

function bound(value: number | undefined, otherwise: number): number {
  return value === undefined || !Number.isFinite(value) ? otherwise : value;
}

export function linkTo(...among: readonly Link["pool"][]): fc.Arbitrary<Link> {
  return fc.tuple(fc.constantFrom(...among), fc.nat({ max: 1_000 })).map(([pool, pick]) => new Link(pool, pick));
}
