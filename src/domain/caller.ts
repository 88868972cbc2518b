import type { Role } from "./access.ts";
import type { Operator } from "./actor.ts";
import type { Rejection } from "./rejection.ts";
import { err, ok } from "./result.ts";
import type { Result } from "./result.ts";

/** Who asks, as the door has established it. */
export type Caller =
  /** Nobody has to say who they are: names are claims, and are recorded as such. */
  | { readonly type: "anonymous" }
  | { readonly type: "person"; readonly subject: string; readonly roles: readonly Role[]; readonly credential: string };

export const anonymous: Caller = { type: "anonymous" };

const nameless = "anonymous";

/** The name that goes on record: the authenticated one, and no other. Without authentication it is what the body claims. */
export function actingAs(caller: Caller, claimed: string | null): Result<Operator, Rejection> {
  if (caller.type === "anonymous") return ok({ type: "operator", id: claimed ?? nameless, credential: null });
  if (claimed !== null && claimed !== caller.subject) {
    const detail = `you are ${caller.subject} and cannot act as ${claimed}: leave the name away, or give your own`;
    return err({ code: "claims_another_name", detail });
  }
  return ok({ type: "operator", id: caller.subject, credential: caller.credential });
}
