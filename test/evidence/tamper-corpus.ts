import { readBundle } from "../../src/verify/bundle/read-bundle.ts";
import type { PinnedKeys } from "../../src/verify/bundle/pinned-keys.ts";
import { verifyBundle } from "../../src/verify/bundle/verify-bundle.ts";
import { diceOf } from "../simulation/dice.ts";
import { archiveOf, bundleOf, goldenRecords, pinnedKeys, sealRecords } from "../support/sealed-bundles.ts";
import { sceneOf } from "./tamper-classes.ts";
import type { TamperClass } from "./tamper-classes.ts";

/** What an auditor says of an archive: fields of findings, or the place where it stops being readable; empty: nothing. */
export function judge(archive: Uint8Array, keys: PinnedKeys = pinnedKeys): readonly string[] {
  const bundle = readBundle(archive);
  if (!bundle.ok) return [bundle.error.file];
  return verifyBundle(bundle.value, keys).findings.map(({ field }) => field);
}

export interface Missed {
  readonly name: string;
  readonly seed: number;
  readonly what: string;
  readonly said: readonly string[];
}

/** Draws that are allowed for one place that fits. */
const drawsMax = 100;

/** Tries one class at so many places; answers the places where nothing, or something else, was said. */
export function tryClass({ name, field, tamper }: TamperClass, places: number): readonly Missed[] {
  const missed: Missed[] = [];
  let seed = 1;
  for (let done = 0; done < places; seed += 1) {
    if (seed > places * drawsMax) throw new Error(`${name}: only ${done} of ${places} places could be found`);
    const tampered = tamper(sceneOf(seed));
    if (tampered === null) continue;
    done += 1;
    const said = judge(tampered.archive);
    if (!said.some((one) => field.test(one))) missed.push({ name, seed, what: tampered.what, said });
  }
  return missed;
}

/** Seals golden runs in another order and number each time, and judges one of them; answers what was wrongly said. */
export function judgeClean(seed: number): readonly string[] {
  const dice = diceOf(seed);
  const shuffled = goldenRecords.map(({ record }) => ({ record, at: dice.below(1_000_000) })).toSorted((a, b) => a.at - b.at);
  const records = shuffled.slice(0, 1 + dice.below(shuffled.length)).map(({ record }) => record);
  const record = dice.oneOf(records);
  const last = record.entries.length - 1;
  return judge(archiveOf(bundleOf(record, new Map([[last, sealRecords(records).proofOf(record, last)]]))));
}
