import { celList, celMap } from "@bufbuild/cel";
import type { CelInput } from "@bufbuild/cel";
import { isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";

/**
 * A JSON value as CEL sees it. Numbers are doubles, whole or not: JSON has one kind of number, CEL's own mapping of JSON
 * says so, and a rule must not change its meaning (3 / 2 is 1 among ints) on the day a score happens to be whole. So that
 * an author may still write `output.n + 1`, arithmetic between a double and an int gives a double (`cel-engine.ts`).
 */
export function celValue(value: Json): CelInput {
  if (typeof value !== "object" || value === null) return value;
  if (!isJsonObject(value)) return celList(value.map(celValue));
  return celMap(new Map(Object.entries(value).map(([key, item]) => [key, celValue(item)])));
}
