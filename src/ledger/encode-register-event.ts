import { unreachable } from "../domain/assert.ts";
import type { JsonObject } from "../domain/json.ts";
import type { RegisterEvent } from "../domain/register-event.ts";
import type { EventDraft } from "./encode-event.ts";

/** A register event as its entry will say it. All of it is small, so there are no artifacts. */
export function draftRegisterEvent(event: RegisterEvent): EventDraft {
  return { step: null, attempt: null, data: dataOf(event), artifacts: [] };
}

function dataOf(event: RegisterEvent): JsonObject {
  switch (event.kind) {
    case "token.created": {
      const { token, subject, roles, expiresAt, idleSeconds, secretDigest } = event;
      return { token, subject, roles: [...roles], expires_at: expiresAt, idle_seconds: idleSeconds, secret_sha256: secretDigest };
    }
    case "token.revoked":
      return { token: event.token, reason: event.reason };
    case "key.enrolled": {
      const { key, subject, printedName, publicKey, replaces } = event;
      return { key, subject, printed_name: printedName, public_key: publicKey, replaces };
    }
    case "key.revoked":
      return { key: event.key, reason: event.reason };
    case "signature.refused": {
      const { run, step, by, code, key, nonce } = event;
      return { run, step, by, code, key, nonce };
    }
    case "backup.restored": {
      const { origin, acceptedBy, reason, keptSize, lostSize, lostRoot } = event;
      return { origin, accepted_by: acceptedBy, reason, kept_size: keptSize, lost_size: lostSize, lost_root: lostRoot };
    }
    case "auth.disabled":
      return { host: event.host };
    default:
      return unreachable(event);
  }
}
