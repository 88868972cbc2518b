import type { FailureCode } from "./failure.ts";

/** The exact request of one model call, secrets already left out: what is recorded is what is sent, but for the credential headers. */
export interface ModelRequest {
  readonly method: "POST";
  /** Path under the provider's base URL, for example `/chat/completions`. */
  readonly path: string;
  readonly body: Uint8Array;
}

/** What came back of one model call, whatever it was. `body` is null when not one byte arrived. */
export type ModelReply =
  | {
      readonly arrived: true;
      readonly status: number;
      readonly body: Uint8Array;
      /** Seconds, from a Retry-After header; null when there was none. */
      readonly retryAfterSeconds: number | null;
      readonly latencyMs: number;
    }
  | {
      readonly arrived: false;
      readonly code: Extract<FailureCode, "network" | "timeout" | "reply_too_large">;
      readonly detail: string;
      /** What had arrived when the call broke off; null for nothing. */
      readonly body: Uint8Array | null;
      readonly latencyMs: number;
    };

export interface Usage {
  readonly input_tokens: number | null;
  readonly output_tokens: number | null;
}

/** What a provider's envelope says, once it could be read. `model` is the name the reply gives, not the one asked for. */
export interface ReadReply {
  readonly text: string;
  readonly model: string | null;
  readonly usage: Usage;
  readonly finishReason: string | null;
}
