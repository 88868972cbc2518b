import type { Secret } from "../domain/secret.ts";
import type { Endpoint } from "./endpoint.ts";
import { httpClient } from "./http-client.ts";
import type { ModelClient } from "./model-client.ts";
import { makePost } from "./transport.ts";
import type { TransportLimits } from "./transport.ts";

export const openAiBaseUrl = "https://api.openai.com/v1";

export interface HttpClientSettings {
  readonly endpoint: Endpoint;
  /** Null for a server that asks for none. */
  readonly apiKey: Secret | null;
  readonly timeoutSecondsMax: number;
  readonly structuredOutput: boolean;
  readonly limits?: TransportLimits;
}

/** OpenAI and everything that speaks its Chat Completions protocol. */
export function openAiCompatible({ endpoint, apiKey, limits, ...settings }: HttpClientSettings): ModelClient {
  const headers: Record<string, string> = apiKey === null ? {} : { authorization: `Bearer ${apiKey.reveal()}` };
  return httpClient("openai", makePost({ endpoint, headers, secret: apiKey, ...(limits === undefined ? {} : { limits }) }), settings);
}
