import type { EffectiveModel } from "../domain/plan.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import type { Secret } from "../domain/secret.ts";
import type { ModelSettings, Provider } from "../domain/task.ts";
import { anthropic, anthropicBaseUrl } from "./anthropic.ts";
import { limitConcurrency } from "./concurrency.ts";
import { parseEndpoint } from "./endpoint.ts";
import type { ModelClient } from "./model-client.ts";
import { openAiBaseUrl, openAiCompatible } from "./openai-compatible.ts";
import { isHeaderValue } from "./redact.ts";
import { stub } from "./stub.ts";
import { stubModel } from "./stub-messages.ts";

/** The part of the configuration that this room receives. */
export interface LlmConfig {
  readonly provider: Provider;
  /** LLM_MODEL: the model of tasks that name none. */
  readonly model: string | null;
  readonly apiKey: Secret | null;
  readonly baseUrl: string | null;
  /** LLM_TIMEOUT_SECONDS: no call lasts longer, whatever its task allows. */
  readonly timeoutSeconds: number;
  /** LLM_MAX_CONCURRENCY: calls of this process under way at once. The stub calls nobody and is not bound by it. */
  readonly maxConcurrency: number;
  /** False for servers that refuse a structured output mode; the prompt states the contract either way. */
  readonly structuredOutput?: boolean;
}

export interface LlmIssue {
  readonly variable: string;
  readonly detail: string;
}

/** What a task uses that leaves the model open, where LLM_MODEL says nothing for its provider. */
const defaultModels: Readonly<Record<Provider, string>> = { stub: stubModel, openai: "gpt-5.4-mini", anthropic: "claude-sonnet-5" };

/**
 * The settings of one call, with nothing left open. LLM_MODEL counts only for the provider it was configured with. A
 * task written for a real model runs on the stub as `stub-1`, so that the record never names a model nobody called.
 */
export function resolveModel(settings: ModelSettings, config: LlmConfig): EffectiveModel {
  const provider = settings.provider ?? config.provider;
  const candidates = [settings.model, provider === config.provider ? config.model : null];
  const model = candidates.find((name) => name !== null && (provider !== "stub" || name.startsWith("stub-"))) ?? defaultModels[provider];
  return { provider, model, temperature: settings.temperature, max_output_tokens: settings.max_output_tokens, seed: settings.seed };
}

/**
 * The clients this process can use: the stub always, and the configured provider. One that is configured but not
 * usable is a list of issues, all at once; it never becomes the stub. OpenAI's own address and Anthropic demand a key;
 * an OpenAI-compatible server at another address may go without.
 */
export function makeClients(config: LlmConfig): Result<ReadonlyMap<Provider, ModelClient>, readonly LlmIssue[]> {
  const clients = new Map<Provider, ModelClient>([["stub", stub()]]);
  const { provider, apiKey, timeoutSeconds, maxConcurrency, structuredOutput = true } = config;
  if (provider === "stub") return ok(clients);
  const issues: LlmIssue[] = [];
  const baseUrl = config.baseUrl ?? (provider === "openai" ? openAiBaseUrl : anthropicBaseUrl);
  const endpoint = parseEndpoint(baseUrl);
  if (!endpoint.ok) issues.push({ variable: "LLM_BASE_URL", detail: endpoint.error });
  const keyDemanded = provider === "anthropic" || (endpoint.ok && endpoint.value.hostname === new URL(openAiBaseUrl).hostname);
  if (apiKey === null && keyDemanded)
    issues.push({ variable: "LLM_API_KEY", detail: `is not set, and provider ${provider} demands a key` });
  if (apiKey !== null && !isHeaderValue(apiKey.reveal())) {
    issues.push({
      variable: "LLM_API_KEY",
      detail: "is empty or holds characters that cannot stand in an HTTP header (a line end, perhaps)",
    });
  }
  if (!endpoint.ok || issues.length > 0) return err(issues);
  const make = provider === "openai" ? openAiCompatible : anthropic;
  const client = make({ endpoint: endpoint.value, apiKey, timeoutSecondsMax: timeoutSeconds, structuredOutput });
  return ok(clients.set(provider, limitConcurrency(client, maxConcurrency)));
}

/** Whether tasks that name this provider can run here: asked before a task is published or a run begins. */
export function isUsable(provider: Provider, clients: ReadonlyMap<Provider, ModelClient>): boolean {
  return clients.has(provider);
}
