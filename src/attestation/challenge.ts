import { canonicalBytes } from "../domain/canonical-json.ts";
import type { RunId, StepKey, StepRunId } from "../domain/ids.ts";
import { parseInstant } from "../domain/instant.ts";
import type { Instant } from "../domain/instant.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import type { Sha256 } from "../domain/sha256.ts";
import { sha256Of } from "../ledger/leaf.ts";

export const challengeVersion = "rm-challenge/1";

/** Issued by the server to one person for one act; to be answered before `deadline`, once. */
export interface Challenge {
  readonly v: typeof challengeVersion;
  /** The ledger's origin, so that no other ledger's signature can be brought here. */
  readonly log: string;
  /** What the signature will be about, with every digest that makes it impossible to move it elsewhere. */
  readonly about: JsonObject;
  /** The person who asked for it. */
  readonly to: string;
  /** 32 random bytes, hexadecimal. */
  readonly nonce: string;
  readonly deadline: Instant;
}

/** One compute step of one run, as its attestor or verifier finds it. */
export interface StepSubject {
  readonly run: RunId;
  readonly step: StepKey;
  readonly stepRun: StepRunId;
  /** SHA-256 of the compute contract's RFC 8785 bytes. */
  readonly contract: Sha256;
  /** SHA-256 of the canonical output of each step it depends on: what the signer had before them. */
  readonly upstream: ReadonlyMap<StepKey, Sha256>;
  /** The `seq` of the attestation that is to be verified; null when one is to be made. */
  readonly submission: number | null;
}

export function aboutStep({ run, step, stepRun, contract, upstream, submission }: StepSubject): JsonObject {
  return { type: "step", run, step, step_run: stepRun, contract, upstream: Object.fromEntries(upstream), submission };
}

/** Names a challenge without holding it: what the server keeps, and the first subject of the signed statement. */
export function challengeDigest(challenge: Challenge): Sha256 {
  return sha256Of(canonicalBytes(challengeJson(challenge)));
}

export function challengeJson({ v, log, about, to, nonce, deadline }: Challenge): JsonObject {
  return { v, log, about, to, nonce, deadline };
}

const members = "about,deadline,log,nonce,to,v";

/** A challenge as a signer handed it back, or null when it does not have the form of one. Whether it was issued is another question. */
export function readChallenge(value: Json | undefined): Challenge | null {
  if (!isJsonObject(value) || Object.keys(value).sort().join(",") !== members) return null;
  const { v, log, about, to, nonce, deadline } = value;
  if (v !== challengeVersion || typeof log !== "string" || typeof to !== "string" || !isJsonObject(about)) return null;
  if (typeof nonce !== "string" || !/^[0-9a-f]{64}$/.test(nonce)) return null;
  const until = typeof deadline === "string" ? parseInstant(deadline) : null;
  return until === null ? null : { v, log, about, to, nonce, deadline: until };
}
