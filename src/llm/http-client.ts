import type { Provider } from "../domain/task.ts";
import type { MessageOptions, ModelClient } from "./model-client.ts";
import { providerMessages } from "./provider-messages.ts";
import type { Post } from "./transport.ts";

/** A client from its two halves: the pure messages of the provider, and one way to send them. */
export function httpClient(provider: Provider, post: Post, settings: MessageOptions & { readonly timeoutSecondsMax: number }): ModelClient {
  const messages = providerMessages[provider];
  return {
    provider,
    buildRequest: (prompt, model, contract) => messages.buildRequest(prompt, model, contract, settings),
    read: messages.read,
    // The task's own time limit counts, and never more than the process allows any call.
    call: (request, { timeoutSeconds, signal }) =>
      post(request, { timeoutSeconds: Math.min(timeoutSeconds, settings.timeoutSecondsMax), signal }),
  };
}
