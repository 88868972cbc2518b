import type { Draw } from "./draw.ts";
import type { JsonObject } from "../domain/json.ts";

/** How far from its only bound, or from zero, a number is drawn, in steps. */
const reach = 100;
/** Multiples that are looked at before a number is given up. */
const multiplesMax = 1000;

/** A number within the bounds of a schema, or undefined when none was found. Whole numbers stay in the safe range. */
export function sampleNumber(schema: JsonObject, isInteger: boolean, draw: Draw): number | undefined {
  const { multipleOf } = schema;
  const step = typeof multipleOf === "number" && multipleOf > 0 ? multipleOf : isInteger ? 1 : null;
  const range = rangeOf(schema, step ?? 1);
  const fits = (value: number): boolean => isWithin(schema, value) && (!isInteger || Number.isInteger(value)) && isRecordable(value);
  if (step === null) return between(range, draw).find(fits);
  const low = Math.ceil(range.low / step);
  const count = Math.min(Math.floor(range.high / step) - low + 1, multiplesMax);
  if (!(count >= 1)) return undefined;
  const first = draw.below(count);
  for (let index = 0; index < count; index += 1) {
    // Fifteen digits: 7 times 0.01 is 0.07 and not 0.07000000000000001.
    const value = Number(((low + ((first + index) % count)) * step).toPrecision(15));
    if (fits(value) && Number.isInteger(value / step)) return value;
  }
  return undefined;
}

function rangeOf(schema: JsonObject, step: number): { readonly low: number; readonly high: number } {
  const lows = [schema["minimum"], schema["exclusiveMinimum"]].filter((bound) => typeof bound === "number");
  const highs = [schema["maximum"], schema["exclusiveMaximum"]].filter((bound) => typeof bound === "number");
  const low = lows.length > 0 ? Math.max(...lows) : null;
  const high = highs.length > 0 ? Math.min(...highs) : null;
  if (low === null && high === null) return { low: step, high: step * reach };
  return { low: low ?? (high ?? 0) - step * reach, high: high ?? (low ?? 0) + step * reach };
}

function between({ low, high }: { readonly low: number; readonly high: number }, draw: Draw): readonly number[] {
  const share = draw.below(101) / 100;
  const drawn = low * (1 - share) + high * share;
  return [Math.round(drawn * 100) / 100, drawn, low / 2 + high / 2, low, high];
}

function isWithin(schema: JsonObject, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (typeof minimum === "number" && value < minimum) return false;
  if (typeof maximum === "number" && value > maximum) return false;
  if (typeof exclusiveMinimum === "number" && value <= exclusiveMinimum) return false;
  return !(typeof exclusiveMaximum === "number" && value >= exclusiveMaximum);
}

/** I-JSON: finite, and exact where whole. */
function isRecordable(value: number): boolean {
  return Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value));
}
