import { httpClient } from "./http-client.ts";
import type { ModelClient } from "./model-client.ts";
import type { HttpClientSettings } from "./openai-compatible.ts";
import { makePost } from "./transport.ts";

export const anthropicBaseUrl = "https://api.anthropic.com";
const anthropicVersion = "2023-06-01";

/** Anthropic and gateways that speak its Messages protocol. */
export function anthropic({ endpoint, apiKey, limits, ...settings }: HttpClientSettings): ModelClient {
  const headers: Record<string, string> = { "anthropic-version": anthropicVersion };
  if (apiKey !== null) headers["x-api-key"] = apiKey.reveal();
  // The request path brings its own /v1, so a base URL may be written with or without it.
  const at = { ...endpoint, basePath: endpoint.basePath.replace(/\/v1$/, "") };
  return httpClient(
    "anthropic",
    makePost({ endpoint: at, headers, secret: apiKey, ...(limits === undefined ? {} : { limits }) }),
    settings,
  );
}
