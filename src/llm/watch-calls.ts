import type { ModelReply } from "../domain/model-call.ts";
import type { Provider } from "../domain/task.ts";
import type { ModelClient } from "./model-client.ts";

export interface WatchedCall {
  readonly provider: Provider;
  /** The HTTP status of a reply that arrived, or why none did. */
  readonly code: string;
  readonly seconds: number;
}

/** The same clients, with a word to `onReply` after each call. What it is told of, it cannot change. */
export function watchCalls(
  clients: ReadonlyMap<Provider, ModelClient>,
  onReply: (call: WatchedCall) => void,
): ReadonlyMap<Provider, ModelClient> {
  return new Map([...clients].map(([provider, client]) => [provider, watched(client, onReply)]));
}

function watched(client: ModelClient, onReply: (call: WatchedCall) => void): ModelClient {
  return {
    ...client,
    async call(request, options) {
      const reply = await client.call(request, options);
      onReply({ provider: client.provider, code: codeOf(reply), seconds: reply.latencyMs / 1000 });
      return reply;
    },
  };
}

function codeOf(reply: ModelReply): string {
  return reply.arrived ? String(reply.status) : reply.code;
}
