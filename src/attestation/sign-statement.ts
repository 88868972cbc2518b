import type { Envelope } from "./envelope.ts";
import { preAuthEncoding, statementPayloadType } from "./envelope.ts";
import { keyIdOf } from "./operator-key.ts";
import type { SigningKey } from "./operator-key.ts";
import { statementBytes } from "./statement.ts";
import type { Statement } from "./statement.ts";

/** A person's signature under what they state. */
export function signStatement(key: SigningKey, statement: Statement): Envelope {
  const payload = statementBytes(statement);
  const signature = key.sign(preAuthEncoding(statementPayloadType, payload));
  return { payloadType: statementPayloadType, payload, keyId: keyIdOf(key.publicKey), signature };
}
