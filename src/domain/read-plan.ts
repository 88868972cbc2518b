import type { Plan } from "./plan.ts";

const decoder = new TextDecoder();

/** The plan whose canonical bytes these are. Their digest, which names them in the run's first entry, is the check. */
export function readPlan(bytes: Uint8Array): Plan {
  return JSON.parse(decoder.decode(bytes)) as Plan;
}
