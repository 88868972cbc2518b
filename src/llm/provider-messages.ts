import type { Provider } from "../domain/task.ts";
import { anthropicMessages } from "./anthropic-messages.ts";
import type { ProviderMessages } from "./model-client.ts";
import { openAiMessages } from "./openai-messages.ts";
import { stubMessages } from "./stub-messages.ts";

/** For replay: everything a provider's bytes mean, with no transport in the import closure. */
export const providerMessages: Readonly<Record<Provider, ProviderMessages>> = {
  stub: stubMessages,
  openai: openAiMessages,
  anthropic: anthropicMessages,
};
