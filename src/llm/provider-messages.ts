import type { Failure } from "../domain/failure.ts";
import type { ModelReply, ModelRequest, ReadReply } from "../domain/model-call.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import type { Result } from "../domain/result.ts";
import type { Provider } from "../domain/task.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import type { CallContract } from "./model-client.ts";
import { openAiMessages } from "./openai-messages.ts";
import { stubMessages } from "./stub-messages.ts";

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

/** For replay: everything a provider's bytes mean, with no transport in the import closure. */
export const providerMessages: Readonly<Record<Provider, ProviderMessages>> = {
  stub: stubMessages,
  openai: openAiMessages,
  anthropic: anthropicMessages,
};
