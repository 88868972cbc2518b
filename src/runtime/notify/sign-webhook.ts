import { createHmac } from "node:crypto";
import type { Secret } from "../../domain/secret.ts";

const prefix = "whsec_";
/** Standard Webhooks asks for 24 to 64 bytes. */
const keyBytesMin = 24;
const keyBytesMax = 64;

/** The key in a secret of Standard Webhooks (`whsec_` and base64), or null when it is none. */
export function webhookKey(secret: string): Uint8Array | null {
  if (!secret.startsWith(prefix)) return null;
  const text = secret.slice(prefix.length);
  const key = Buffer.from(text, "base64");
  return key.toString("base64") === text && key.length >= keyBytesMin && key.length <= keyBytesMax ? key : null;
}

export interface WebhookMessage {
  /** The same for every attempt, so that a receiver can leave a second one aside. */
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: string;
}

/** Headers of a message after Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`. */
export function webhookHeaders(secret: Secret, { id, timestampSeconds, body }: WebhookMessage): Readonly<Record<string, string>> {
  const key = webhookKey(secret.reveal()) ?? new Uint8Array();
  const signature = createHmac("sha256", key).update(`${id}.${timestampSeconds}.${body}`).digest("base64");
  return { "webhook-id": id, "webhook-timestamp": String(timestampSeconds), "webhook-signature": `v1,${signature}` };
}
