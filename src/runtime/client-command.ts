import { canonicalBytes } from "../domain/canonical-json.ts";
import type { CommandId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Rejection } from "../domain/rejection.ts";
import type { ClientCommand } from "../domain/transition.ts";
import { commandIdOf } from "../ledger/derived-id.ts";
import { sha256Of } from "../ledger/leaf.ts";

/** The command a client named with an idempotency key, bound to what it asked for; null when it named none. */
export function clientCommand(scope: string, key: string | null, request: Json): ClientCommand | null {
  if (key === null) return null;
  return { id: commandIdOf(scope, key), payload: Buffer.from(sha256Of(canonicalBytes(request)), "hex") };
}

export function keyReused(id: CommandId): Rejection {
  return { code: "idempotency_key_reused", detail: `this idempotency key was used before for another request (command ${id})` };
}
