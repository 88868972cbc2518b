import type { ModelReply } from "../domain/model-call.ts";
import type { Provider } from "../domain/task.ts";
import type { ModelClient } from "./model-client.ts";

export interface WatchedCall {
  readonly provider: Provider;
  /** The HTTP status of a reply that arrived, or why none did. */
  readonly code: string;
  readonly seconds: number;
}

/** Tokens of one reply, as it counts them. */
export interface UsedTokens {
  readonly provider: Provider;
  readonly input: number;
  readonly output: number;
}

export interface CallWatcher {
  readonly onReply: (call: WatchedCall) => void;
  readonly onUsage: (used: UsedTokens) => void;
}

/** The same clients, with a word to the watcher after each call and each reading of a reply. What it is told of, it cannot change. */
export function watchCalls(clients: ReadonlyMap<Provider, ModelClient>, watcher: CallWatcher): ReadonlyMap<Provider, ModelClient> {
  return new Map([...clients].map(([provider, client]) => [provider, watched(client, watcher)]));
}

function watched(client: ModelClient, { onReply, onUsage }: CallWatcher): ModelClient {
  return {
    ...client,
    read(reply) {
      const read = client.read(reply);
      if (read.ok) {
        const { input_tokens: input, output_tokens: output } = read.value.usage;
        onUsage({ provider: client.provider, input: input ?? 0, output: output ?? 0 });
      }
      return read;
    },
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
