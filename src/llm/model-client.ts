import type { Failure } from "../domain/failure.ts";
import type { JsonObject } from "../domain/json.ts";
import type { ModelReply, ModelRequest, ReadReply } from "../domain/model-call.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import type { Result } from "../domain/result.ts";
import type { Provider } from "../domain/task.ts";

// The room of the model providers. It may import `domain` and `node:` modules only. Its invariant: building a request
// and reading a reply are pure (`*-messages.ts`, no transport in their import closure), so a replay runs the very code
// of the live run on recorded bytes; and a call sends once, never follows, never repeats, never throws.

/** What a task demands of the output, as far as a provider may be told. */
export interface CallContract {
  readonly schema: JsonObject;
  readonly taskName: string;
}

export interface CallOptions {
  readonly timeoutSeconds: number;
  readonly signal: AbortSignal;
}

/** Whether the provider's structured output mode is asked for, where the contract fits it. */
export interface MessageOptions {
  readonly structuredOutput: boolean;
}

/** The pure half of a provider: bytes out of a prompt, and meaning out of recorded bytes. */
export interface ProviderMessages {
  readonly buildRequest: (prompt: string, model: EffectiveModel, contract: CallContract, options: MessageOptions) => ModelRequest;
  readonly read: (reply: ModelReply) => Result<ReadReply, Failure>;
  /** With what options a recorded request was built, so that a replay can build it again. */
  readonly optionsOf: (request: ModelRequest) => MessageOptions;
}

export interface ModelClient {
  readonly provider: Provider;
  /** Pure: the same arguments give the same bytes. */
  readonly buildRequest: (prompt: string, model: EffectiveModel, contract: CallContract) => ModelRequest;
  /** Pure: what the recorded reply says, or why it says nothing that can be used. */
  readonly read: (reply: ModelReply) => Result<ReadReply, Failure>;
  /** Sends the request once. Trouble of any kind is a reply that did not arrive, never an exception. */
  readonly call: (request: ModelRequest, options: CallOptions) => Promise<ModelReply>;
}
