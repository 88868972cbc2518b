import { err, ok } from "./domain/result.ts";
import type { Result } from "./domain/result.ts";
import { Secret } from "./domain/secret.ts";
import { providers } from "./domain/task.ts";
import type { Provider } from "./domain/task.ts";
import { sealingOf } from "./config-sealing.ts";
import type { SealingConfig } from "./config-sealing.ts";
import { readVariables } from "./config-variables.ts";
import type { ConfigIssue, Reader, Setting } from "./config-variables.ts";

/** Everything the process takes from its environment, parsed once and frozen. Each room is handed only its own part. */
export interface Config {
  readonly profile: Profile;
  readonly database: DatabaseConfig;
  readonly embedded: EmbeddedConfig;
  readonly llm: LlmConfig;
  readonly http: HttpConfig;
  readonly runtime: RuntimeConfig;
  /** Where overdue steps are said to be; null: nowhere but in lists and metrics. */
  readonly webhook: WebhookConfig | null;
  readonly ledger: { readonly origin: string };
  readonly sealing: SealingConfig;
  readonly log: LogConfig;
  /** Every variable with the value in force and where it came from; secrets already hidden. */
  readonly settings: readonly Setting[];
  /** What is lawful and yet worth a line on standard error at the start. */
  readonly notices: readonly string[];
}

export type { ConfigIssue, Setting } from "./config-variables.ts";

/** `strict`: a login that could change history stops the start. `open`: it is said at the start. */
const profiles = ["open", "strict"] as const;
export type Profile = (typeof profiles)[number];

export interface DatabaseConfig {
  /** Null when DATABASE_URL is not set: `reckon dev` then starts its own PostgreSQL, and everything else was refused. */
  readonly url: Secret | null;
  readonly poolMax: number;
  /** True behind a transaction-pooling proxy: no named statements, no LISTEN. */
  readonly pooler: boolean;
}

export interface EmbeddedConfig {
  readonly dataDir: string;
  /** Folder with `initdb` and `postgres`; null: the packaged binaries. */
  readonly pgBin: string | null;
}

export interface LlmConfig {
  readonly provider: Provider;
  /** Null: the provider's own default. */
  readonly model: string | null;
  readonly apiKey: Secret | null;
  readonly baseUrl: string | null;
  readonly timeoutSeconds: number;
  readonly maxConcurrency: number;
  /** False for servers that refuse a structured output mode; the prompt states the contract either way. */
  readonly structuredOutput: boolean;
}

export interface HttpConfig {
  readonly host: string;
  readonly port: number;
  readonly limits: HttpLimits;
  /** Host names it answers to; null: on loopback the names of loopback, elsewhere any. */
  readonly hosts: readonly string[] | null;
  readonly authentication: Authentication;
  /** The identity provider that browsers are sent to; null: API tokens only. */
  readonly openId: OpenIdConfig | null;
  readonly sessionSeconds: number;
  readonly sessionIdleSeconds: number;
  /** What one person may ask in a minute, and have in progress, where people say who they are. */
  readonly actorPerMinuteMax: number;
  readonly actorInflightMax: number;
}

export interface HttpLimits {
  /** Requests in progress past which the server answers 503 instead of queueing. */
  readonly inflightMax: number;
  /** Requests held open for what comes later: event streams, and answers that wait for a run to rest. */
  readonly heldMax: number;
  readonly requestMsMax: number;
  /** Null: no limit. */
  readonly ratePerSecondMax: number | null;
  readonly heartbeatMs: number;
}

export interface OpenIdConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: Secret | null;
  readonly publicUrl: string;
  readonly nameClaim: string;
  readonly rolesClaim: string;
}

/**
 * `on`: everybody says who they are. `loopback`: nobody does, since only this machine can ask. `off`: nobody does, although
 * others can ask, because somebody said so in so many words.
 */
export type Authentication = "on" | "loopback" | "off";

export interface RuntimeConfig {
  readonly leaseSeconds: number;
  /** How long a challenge can be answered: to read what is signed, and not to keep it for another day. */
  readonly challengeSeconds: number;
  /** Largest file that is taken in. */
  readonly uploadBytesMax: number;
  /** Runs one process advances at once. */
  readonly runsMax: number;
}

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface WebhookConfig {
  readonly url: string;
  readonly secret: Secret;
  readonly everySeconds: number;
}

export interface LogConfig {
  readonly level: LogLevel;
}

export interface ConfigOptions {
  /** `--host` and `--port`: they win over the environment. */
  readonly flags?: { readonly host?: string | undefined; readonly port?: string | undefined };
  /** For the commands that cannot work without a database of the operator's. */
  readonly databaseRequired?: boolean;
  /** For `reckon dev`, which keeps the log's key and anchor in its own folder when no other place is named. */
  readonly dev?: boolean;
  /** For the commands that listen: an address that others can reach needs a word on authentication. */
  readonly listens?: boolean;
}

/** What the start of a process knows of its surroundings. Pure; names every issue, not the first only. */
export function parseConfig(
  env: Readonly<Record<string, string | undefined>>,
  options: ConfigOptions = {},
): Result<Config, readonly ConfigIssue[]> {
  const reader = readVariables(env, { HOST: options.flags?.host, PORT: options.flags?.port });
  const database = databaseOf(reader, options.databaseRequired ?? false);
  const llm = llmOf(reader);
  const dataDir = reader.text("RECKONING_DATA_DIR", ".reckoning");
  const http = httpOf(reader, options.listens ?? false);
  const config = {
    profile: reader.choice("RECKONING_PROFILE", profiles, "open"),
    database,
    embedded: { dataDir, pgBin: reader.optionalText("RECKONING_PG_BIN") },
    llm,
    http,
    runtime: {
      leaseSeconds: reader.integer("RECKONING_LEASE_SECONDS", { otherwise: 30, min: 1, max: 3600, unit: "seconds" }),
      uploadBytesMax: reader.integer("RECKONING_UPLOAD_MIB_MAX", { otherwise: 100, min: 1, max: 1_048_576, unit: "MiB" }) * 1_048_576,
      challengeSeconds: reader.integer("RECKONING_CHALLENGE_SECONDS", { otherwise: 900, min: 1, max: 86_400, unit: "seconds" }),
      runsMax: reader.integer("RECKONING_MAX_RUNS", { otherwise: llm.maxConcurrency, min: 1, max: 10_000 }),
    },
    webhook: webhookOf(reader),
    ledger: { origin: originOf(reader) },
    sealing: sealingOf(reader, options.dev === true ? dataDir : null),
    log: { level: reader.choice("RECKONING_LOG_LEVEL", logLevels, "info") },
  };
  // Spoken for by the command line's HTTP client; named here so that it counts as known and is shown.
  urlOf(reader, "RECKONING_URL");
  reader.secret("RECKONING_TOKEN");
  const { settings, issues } = reader.finish();
  if (issues.length > 0) return err(issues);
  return ok(deepFreeze({ ...config, settings, notices: noticesOf(http, llm) }));
}

function databaseOf(reader: Reader, required: boolean): DatabaseConfig {
  const text = reader.secretUrl("DATABASE_URL");
  if (text === null && required) {
    reader.refuse(
      "DATABASE_URL",
      "is not set: give the address of a PostgreSQL 14 or newer, such as postgresql://user:password@host:5432/database",
    );
  } else if (text !== null && !/^postgres(ql)?:\/\//.test(text)) {
    reader.refuse("DATABASE_URL", "must begin with postgresql:// or postgres://");
  } else if (text !== null && !URL.canParse(withHost(text))) {
    reader.refuse(
      "DATABASE_URL",
      "is not a URL: its port must be a number, and characters such as @ / # in a user name or password must be percent-encoded",
    );
  }
  return {
    url: text === null ? null : new Secret(text),
    poolMax: reader.integer("RECKONING_POOL_MAX", { otherwise: 10, min: 1, max: 1000, unit: "connections" }),
    pooler: reader.choice("RECKONING_POOLER", ["off", "on"] as const, "off") === "on",
  };
}

/** `user@/db?host=/run/postgresql` names a socket and so has no host, which libpq allows and the URL standard does not. */
function withHost(url: string): string {
  return url.replace("@/", "@localhost/");
}

function httpOf(reader: Reader, listens: boolean): HttpConfig {
  const host = reader.text("HOST", "127.0.0.1");
  const hosts = reader.optionalText("RECKONING_HOSTS");
  const authentication = authenticationOf(reader, { host, listens });
  return {
    host,
    port: reader.integer("PORT", { otherwise: 8000, min: 0, max: 65_535 }),
    limits: httpLimitsOf(reader),
    hosts: hosts === null ? null : hosts.split(",").map((name) => name.trim()),
    authentication,
    openId: openIdOf(reader, authentication),
    sessionSeconds: reader.integer("RECKONING_SESSION_HOURS", { otherwise: 12, min: 1, max: 168, unit: "hours" }) * 3600,
    sessionIdleSeconds: reader.integer("RECKONING_SESSION_IDLE_SECONDS", { otherwise: 1800, min: 1, max: 604_800, unit: "seconds" }),
    actorPerMinuteMax: reader.integer("RECKONING_ACTOR_PER_MINUTE_MAX", { otherwise: 1200, min: 1, max: 1_000_000 }),
    actorInflightMax: reader.integer("RECKONING_ACTOR_INFLIGHT_MAX", { otherwise: 64, min: 1, max: 100_000 }),
  };
}

/** Signing in takes an issuer, a client and the address that browsers know us by; half of it would be a door that does not open. */
function openIdOf(reader: Reader, authentication: Authentication): OpenIdConfig | null {
  const issuer = urlOf(reader, "RECKONING_OIDC_ISSUER");
  const clientId = reader.optionalText("RECKONING_OIDC_CLIENT_ID");
  const clientSecret = reader.secret("RECKONING_OIDC_CLIENT_SECRET");
  const publicUrl = urlOf(reader, "RECKONING_PUBLIC_URL");
  const nameClaim = reader.text("RECKONING_OIDC_NAME_CLAIM", "preferred_username");
  const rolesClaim = reader.text("RECKONING_OIDC_ROLES_CLAIM", "roles");
  if (issuer === null) return null;
  if (!isSafeUrl(issuer)) reader.refuse("RECKONING_OIDC_ISSUER", "must be https://, or http:// to this machine");
  if (clientId === null) reader.refuse("RECKONING_OIDC_CLIENT_ID", "is not set, and RECKONING_OIDC_ISSUER needs it");
  if (publicUrl === null)
    reader.refuse("RECKONING_PUBLIC_URL", "is not set, and RECKONING_OIDC_ISSUER needs it: where browsers reach this server");
  else if (!isSafeUrl(publicUrl) || new URL(publicUrl).pathname !== "/")
    reader.refuse("RECKONING_PUBLIC_URL", "must be https:// (or http:// on this machine), a host and nothing after it");
  if (authentication !== "on") reader.refuse("RECKONING_AUTH", "must be on where people sign in (RECKONING_OIDC_ISSUER is set)");
  const secret = clientSecret === null ? null : new Secret(clientSecret);
  return { issuer, clientId: clientId ?? "", clientSecret: secret, publicUrl: publicUrl ?? "", nameClaim, rolesClaim };
}

function isSafeUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "https:" || isLoopback(url.hostname));
}

/** Nobody gets in unasked: a service that others can reach either knows them or was told in so many words not to ask. */
function authenticationOf(reader: Reader, { host, listens }: { readonly host: string; readonly listens: boolean }): Authentication {
  const said = reader.choice("RECKONING_AUTH", ["auto", "on", "off"] as const, "auto");
  if (said !== "auto") return said;
  if (isLoopback(host)) return "loopback";
  if (listens) {
    reader.refuse(
      "RECKONING_AUTH",
      `is auto, and others can reach ${host}: set it to on (make the first token with: reckon token create --name NAME --role admin), or to off if whoever can reach this address may do anything under any name`,
    );
  }
  return "on";
}

/** A message that anybody could have made is no notice, so an address without a secret is refused. */
function webhookOf(reader: Reader): WebhookConfig | null {
  const url = urlOf(reader, "RECKONING_WEBHOOK_URL");
  const secret = reader.secret("RECKONING_WEBHOOK_SECRET");
  const everySeconds = reader.integer("RECKONING_WEBHOOK_EVERY_SECONDS", { otherwise: 60, min: 1, max: 86_400, unit: "seconds" });
  if (url === null) return null;
  const isSecret = /^whsec_[A-Za-z0-9+/]{32,86}={0,2}$/.test(secret ?? "");
  if (!isSecret) reader.refuse("RECKONING_WEBHOOK_SECRET", "must be whsec_ and 24 to 64 random bytes in base64 (Standard Webhooks)");
  return { url, secret: new Secret(secret ?? ""), everySeconds };
}

function llmOf(reader: Reader): LlmConfig {
  const provider = reader.choice("LLM_PROVIDER", providers, "stub");
  const apiKey = reader.secret("LLM_API_KEY");
  const baseUrl = urlOf(reader, "LLM_BASE_URL");
  // A provider that is named but cannot be used stops the start: falling back to the stub would forge a record.
  if (apiKey === null && (provider === "anthropic" || (provider === "openai" && baseUrl === null))) {
    reader.refuse(
      "LLM_API_KEY",
      `is not set, and LLM_PROVIDER=${provider} needs it (only an OpenAI-compatible endpoint of your own, named by LLM_BASE_URL, may do without)`,
    );
  }
  return {
    provider,
    model: reader.optionalText("LLM_MODEL"),
    apiKey: apiKey === null ? null : new Secret(apiKey),
    baseUrl,
    timeoutSeconds: reader.integer("LLM_TIMEOUT_SECONDS", { otherwise: 120, min: 1, max: 3600, unit: "seconds" }),
    maxConcurrency: reader.integer("LLM_MAX_CONCURRENCY", { otherwise: 64, min: 1, max: 10_000 }),
    structuredOutput: reader.choice("RECKONING_STRUCTURED_OUTPUT", ["on", "off"] as const, "on") === "on",
  };
}

function httpLimitsOf(reader: Reader): HttpLimits {
  const rate = reader.integer("RECKONING_HTTP_RATE_MAX", { otherwise: 0, min: 0, max: 100_000, unit: "requests a second (0: no limit)" });
  return {
    inflightMax: reader.integer("RECKONING_HTTP_INFLIGHT_MAX", { otherwise: 1000, min: 1, max: 100_000 }),
    heldMax: reader.integer("RECKONING_HTTP_HELD_MAX", { otherwise: 1000, min: 0, max: 100_000 }),
    requestMsMax: reader.integer("RECKONING_HTTP_REQUEST_SECONDS", { otherwise: 30, min: 1, max: 3600, unit: "seconds" }) * 1000,
    ratePerSecondMax: rate === 0 ? null : rate,
    heartbeatMs: reader.integer("RECKONING_HTTP_HEARTBEAT_SECONDS", { otherwise: 15, min: 1, max: 30, unit: "seconds" }) * 1000,
  };
}

function urlOf(
  reader: Reader,
  name: "LLM_BASE_URL" | "RECKONING_URL" | "RECKONING_WEBHOOK_URL" | "RECKONING_OIDC_ISSUER" | "RECKONING_PUBLIC_URL",
): string | null {
  const text = reader.optionalText(name);
  if (text === null) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) reader.refuse(name, `is not an http:// or https:// address`);
  else if (url.username !== "" || url.password !== "")
    reader.refuse(name, "carries a user name or password, which would be printed and recorded");
  return text.replace(/\/+$/, "");
}

function originOf(reader: Reader): string {
  const origin = reader.text("RECKONING_LOG_ORIGIN", "reckoning-machine/local");
  // C2SP tlog-checkpoint: the origin is one line of a signed note and stands in a key name, so no spaces, no plus sign.
  if (!/^[^\s+]{1,200}$/u.test(origin)) reader.refuse("RECKONING_LOG_ORIGIN", "must be 1 to 200 characters without spaces or +");
  // So names reckon recover the log after an accepted loss.
  else if (/\/epoch-[1-9][0-9]*$/.test(origin)) reader.refuse("RECKONING_LOG_ORIGIN", "must not end with /epoch- and a number");
  return origin;
}

function noticesOf(http: HttpConfig, llm: LlmConfig): readonly string[] {
  const notices: string[] = [];
  if (http.authentication === "off")
    notices.push(
      `RECKONING_AUTH is off: whoever can reach ${http.host} may start, attest and cancel runs under any name; this is on record`,
    );
  if (llm.provider === "stub" && llm.apiKey !== null) notices.push("LLM_API_KEY is set but LLM_PROVIDER is stub: no model will be called");
  return notices;
}

export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function deepFreeze<T extends object>(value: T): T {
  for (const member of Object.values(value)) {
    if (typeof member === "object" && member !== null && !Object.isFrozen(member)) deepFreeze(member);
  }
  return Object.freeze(value);
}
