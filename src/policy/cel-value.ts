import { celList, celMap } from "@bufbuild/cel";
import type { CelInput } from "@bufbuild/cel";
import { isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";

/**
 * A JSON value as CEL sees it. JSON has one kind of number, CEL three: a whole number becomes an `int`, so that it can
 * index, be counted and be compared exactly; any other a `double`. Arithmetic between the two gives a double
 * (`cel-engine.ts`), so a rule need not know whether a score happened to be whole.
 */
export function celValue(value: Json): CelInput {
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof value !== "object" || value === null) return value;
  if (!isJsonObject(value)) return celList(value.map(celValue));
  return celMap(new Map(Object.entries(value).map(([key, item]) => [key, celValue(item)])));
}
