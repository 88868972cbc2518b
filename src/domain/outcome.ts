import type { Brand } from "./brand.ts";
import type { Failure } from "./failure.ts";
import type { Json, JsonObject } from "./json.ts";

/**
 * Output that passed contract and policy (or was attested): the only thing that flows downstream. Made only by the
 * gate (`engine/canonical-output.ts`), so handing unvalidated text to a prompt does not compile. `bytes` are its RFC 8785 bytes.
 */
export type CanonicalOutput = Brand<{ readonly value: Json; readonly bytes: Uint8Array }, "CanonicalOutput">;

export type Verdict = "PASS" | "FAIL";

export interface RuleVerdict {
  readonly rule: string;
  readonly verdict: Verdict;
  /** Why, in one sentence; null for a PASS. */
  readonly reason: string | null;
}

/** Names every rule with verdict and reason; byte-identical for identical inputs. */
export interface PolicyReport {
  readonly v: "rm-policy-report/1";
  readonly verdict: Verdict;
  readonly rules: readonly RuleVerdict[];
}

/** What the gate said of one reply. `rationale` is null when the reply had none that could be read. */
export type Admission =
  | { readonly admitted: true; readonly output: CanonicalOutput; readonly rationale: JsonObject; readonly report: PolicyReport }
  | {
      readonly admitted: false;
      readonly failure: Failure;
      readonly rationale: JsonObject | null;
      readonly report: PolicyReport | null;
    };
