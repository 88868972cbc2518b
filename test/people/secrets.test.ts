import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import type { Json } from "../../src/domain/json.ts";
import { apiOf, putChain, putPausingManifest } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";
import { startReckon, startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { enrollKey } from "../support/signing.ts";
import { apiAs, createToken } from "../support/tokens.ts";
import type { GivenToken } from "../support/tokens.ts";

// Invariant 29: secrets are planted at every entrance, and looked for at every exit: database, logs, errors, bundles, metrics.

const apiKey = "sk-canary-of-the-provider-0123456789";
const password = "canary-of-the-database-0123456789";
const webhookSecret = `whsec_${Buffer.from("canary-of-the-webhook-0123456789").toString("base64")}`;

const closing = closeAfterAll();
const folder = mkdtempSync(join(tmpdir(), "reckoning-canary-"));
/** Everything that came out of anything. */
const said: string[] = [];
const planted = new Map<string, string>();
let database: TestDatabase;
let provider: FakeProvider;
let server: ReckonServer;
let token: GivenToken;
let api: Api;

async function run(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const started = startReckon(args, env);
  await started.ended;
  said.push(started.output());
  return started.output();
}

beforeAll(async () => {
  closing(() => rmSync(folder, { recursive: true, force: true }));
  database = await createTestDatabase();
  closing(() => database.drop());
  provider = await startFakeProvider({ answer: { kind: "ok", output: { answer: "rain", score: 7 } } });
  closing(() => provider.close());
  const made = startReckon(["key", "log", join(folder, "log.key"), "--name", "reckoning-machine/local"], {});
  if ((await made.ended) !== 0) throw new Error(`no key was made: ${made.output()}`);
  const logKey = readFileSync(join(folder, "log.key"), "utf8").trim();
  const url = new URL(database.url);
  url.password = password;
  server = await startServer(url.href, {
    RECKONING_AUTH: "on",
    RECKONING_LOG_LEVEL: "trace",
    RECKONING_LOG_KEY: logKey,
    RECKONING_LOG_STATE_FILE: join(folder, "log.state"),
    // Nobody listens there: each notice fails, and says so.
    RECKONING_WEBHOOK_URL: "http://127.0.0.1:9/hook",
    RECKONING_WEBHOOK_SECRET: webhookSecret,
    RECKONING_WEBHOOK_EVERY_SECONDS: "1",
    LLM_PROVIDER: "openai",
    LLM_MODEL: "fake",
    LLM_BASE_URL: provider.baseUrl,
    LLM_API_KEY: apiKey,
  });
  closing(() => server.kill("SIGTERM"));
  token = await createToken(database.url, "ada", ["author", "runner", "attestor", "auditor", "admin", "key_custodian"]);
  api = apiAs(server.url, token);
  planted.set("the provider's key", apiKey);
  planted.set("the database's password", password);
  planted.set("the webhook's secret", webhookSecret.slice("whsec_".length));
  planted.set("the token's secret", token.text.slice("rm_".length + 33));
  planted.set("the log's private key", logKey.split("+").slice(4).join("+"));
}, 120_000);

async function ask(method: string, path: string, body?: Json, headers: Readonly<Record<string, string>> = {}): Promise<void> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  said.push(`${JSON.stringify(Object.fromEntries(response.headers))} ${Buffer.from(await response.arrayBuffer()).toString("latin1")}`);
}

test("no secret that went in anywhere comes out anywhere", async () => {
  expect([...planted.values()].every((secret) => secret.length >= 20)).toBe(true);

  // Runs that go well, that wait too long, and whose provider says our own key back in an answer and in a refusal.
  const manifest_id = await putPausingManifest(api);
  const started = await api.send<{ readonly id: string }>(
    "POST",
    "/api/runs",
    { manifest_id, run_params: { topic: "rain" } },
    { prefer: "wait=30" },
  );
  const chain = await putChain(api, 1);
  for (const behaviour of [
    { kind: "ok", output: { answer: apiKey, score: 1 } },
    { kind: "status", status: 401, body: JSON.stringify({ error: { message: `Incorrect API key: ${apiKey}` } }) },
    { kind: "raw", body: apiKey },
  ] as const) {
    provider.script(behaviour);
    await api.send("POST", "/api/runs", { manifest_id: chain, run_params: { topic: "rain" } }, { prefer: "wait=30" });
  }
  expect(JSON.stringify(provider.calls.at(-1)?.headers)).toContain(apiKey);
  await enrollKey(api, "ada", "Ada Lovelace");

  // The token where it does not belong: another scheme, cut short, twice, in a key, as an id.
  const strange = [`Basic ${token.text}`, `Bearer ${token.text.slice(0, -1)}`, `Bearer ${token.text} ${token.text}`];
  for (const authorization of strange) await ask("GET", "/api/runs", undefined, { authorization });
  await ask("GET", "/api/tasks", undefined, { authorization: `Bearer ${token.text}x` });
  await ask("POST", "/api/runs", { manifest_id: "x" }, token.headers);
  await ask("POST", "/api/tokens", { subject: "eve", roles: ["king"] }, token.headers);
  await ask("GET", "/api/tokens", undefined, token.headers);
  await ask("GET", "/api/keys", undefined, token.headers);
  await ask("GET", "/metrics", undefined, token.headers);
  await ask("GET", `/api/runs/${started.body.id}/steps`, undefined, token.headers);
  await ask("GET", `/api/runs/${started.body.id}/report`, undefined, token.headers);

  const env = { RECKONING_URL: server.url, RECKONING_TOKEN: token.text };
  await run(["export", started.body.id, "-o", join(folder, "run.tar")], env);
  const bundle = readFileSync(join(folder, "run.tar"));
  said.push((bundle[0] === 0x1f ? gunzipSync(bundle) : bundle).toString("latin1"));
  await run(["config"], {
    LLM_API_KEY: apiKey,
    LLM_PROVIDER: "openai",
    DATABASE_URL: `postgresql://u:${password}@127.0.0.1:9/x`,
    RECKONING_TOKEN: token.text,
  });
  await run(["serve", "--port", "0"], { DATABASE_URL: `postgresql://u:${password}@127.0.0.1:9/x?sslpassword=${password}` });
  await run(["serve", "--port", "0"], { DATABASE_URL: `postgresql://u:${password}@` });
  await run(["runs"], { RECKONING_URL: "http://127.0.0.1:9", RECKONING_TOKEN: token.text });
  await run(["runs", "--json"], { RECKONING_URL: server.url, RECKONING_TOKEN: `${token.text}x` });

  // The database goes away under the server: its errors are said too.
  await expect.poll(() => server.output(), { timeout: 15_000 }).toContain("listening");
  await database.rows(
    "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()",
  );
  await expect.poll(async () => (await fetch(`${server.url}/db/ping`)).status, { timeout: 15_000 }).toBe(200);
  said.push(server.output());
  said.push(...(await everyRow()));

  for (const [what, secret] of planted) {
    const forms = [secret, Buffer.from(secret).toString("hex"), Buffer.from(secret).toString("base64"), encodeURIComponent(secret)];
    const found = said.filter((text) => forms.some((form) => text.includes(form)));
    expect(found.map((text) => `${what} stands in: ${text.slice(0, 200)}`)).toEqual([]);
  }
}, 180_000);

/** Every row of every table as text, bytes in hexadecimal. */
async function everyRow(): Promise<readonly string[]> {
  const tables = await database.rows<{ name: string }>(
    "select oid::regclass::text as name from pg_class where relnamespace = 'reckoning'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1",
  );
  const rows: string[] = [];
  for (const { name } of tables)
    rows.push(...(await database.rows<{ text: string }>(`select t::text as text from ${name} t`)).map(({ text }) => text));
  expect(rows.length).toBeGreaterThan(50);
  return rows;
}

test("what is looked for would be found", async () => {
  const probe = apiOf(server.url, token.headers);
  const made = await probe.send("POST", "/api/tasks", {
    name: `plain ${apiKey}`,
    prompt_template: "x",
    extract_schema: { type: "object" },
  });
  expect(made.status).toBe(201);
  const rows = await everyRow();
  const hex = Buffer.from(apiKey).toString("hex");
  expect(rows.some((text) => text.includes(apiKey))).toBe(true);
  expect(rows.some((text) => text.includes(hex))).toBe(true);
});
