import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { parseConfig } from "./config.ts";
import type { Config, ConfigIssue, ConfigOptions } from "./config.ts";

function accepted(env: Record<string, string>, options?: ConfigOptions): Config {
  const parsed = parseConfig(env, options);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error));
  return parsed.value;
}

function issues(env: Record<string, string>, options?: ConfigOptions): readonly ConfigIssue[] {
  const parsed = parseConfig(env, options);
  return parsed.ok ? [] : parsed.error;
}

test("an empty environment is a complete configuration: the stub on loopback", () => {
  const config = accepted({});
  expect(config.llm).toEqual({
    provider: "stub",
    model: null,
    apiKey: null,
    baseUrl: null,
    timeoutSeconds: 120,
    maxConcurrency: 64,
    structuredOutput: true,
  });
  expect(config.http).toMatchObject({ host: "127.0.0.1", port: 8000 });
  expect(config.runtime).toEqual({ leaseSeconds: 30, runsMax: 64, challengeSeconds: 900, uploadBytesMax: 104_857_600 });
  expect(config.database.url).toBeNull();
  expect(config.notices).toEqual([]);
});

test("a variable that is set but empty counts as not set", () => {
  expect(accepted({ PORT: "", LLM_PROVIDER: "", DATABASE_URL: "" })).toEqual(accepted({}));
});

test("as many runs are advanced at once as model calls are allowed, unless said otherwise", () => {
  expect(accepted({ LLM_MAX_CONCURRENCY: "7" }).runtime.runsMax).toBe(7);
  expect(accepted({ LLM_MAX_CONCURRENCY: "7", RECKONING_MAX_RUNS: "9" }).runtime.runsMax).toBe(9);
});

test.each([
  ["PORT", "80a"],
  ["PORT", "-1"],
  ["PORT", "65536"],
  ["PORT", "8e3"],
  ["PORT", "99999999999999999999"],
  ["LLM_TIMEOUT_SECONDS", "0"],
  ["LLM_TIMEOUT_SECONDS", "1.5"],
  ["LLM_MAX_CONCURRENCY", "0"],
  ["LLM_PROVIDER", "gpt"],
  ["LLM_PROVIDER", "STUB"],
  ["LLM_BASE_URL", "localhost:11434"],
  ["LLM_BASE_URL", "file:///etc"],
  ["LLM_BASE_URL", "http://user:pass@host"],
  ["RECKONING_LEASE_SECONDS", "0"],
  ["RECKONING_POOL_MAX", "none"],
  ["RECKONING_POOLER", "yes"],
  ["RECKONING_STRUCTURED_OUTPUT", "true"],
  ["RECKONING_LOG_LEVEL", "loud"],
  ["RECKONING_LOG_ORIGIN", "two words"],
  ["RECKONING_LOG_ORIGIN", "example.org/ledger/epoch-2"],
  ["RECKONING_PROFILE", "prod"],
  ["DATABASE_URL", "mysql://host/db"],
  ["DATABASE_URL", "host=localhost"],
  ["DATABASE_URL", "postgresql://user:word@host:x/db"],
])("%s=%s is refused under its own name", (name, value) => {
  expect(issues({ [name]: value }).map((issue) => issue.name)).toEqual([name]);
});

test("every issue is reported at once", () => {
  expect(issues({ PORT: "x", LLM_PROVIDER: "y", RECKONING_LEASES: "3" }, { databaseRequired: true }).map((issue) => issue.name)).toEqual(
    expect.arrayContaining(["DATABASE_URL", "PORT", "LLM_PROVIDER", "RECKONING_LEASES"]),
  );
});

test("a misspelt RECKONING_ variable is refused with the name that was meant", () => {
  expect(issues({ RECKONING_LEASE_SECOND: "3" })).toEqual([
    { name: "RECKONING_LEASE_SECOND", detail: "is not a variable of Reckoning Machine: did you mean RECKONING_LEASE_SECONDS?" },
  ]);
  expect(issues({ RECKONING_COMPLETELY_ELSE: "3" })[0]?.detail).toBe("is not a variable of Reckoning Machine");
});

test("a database is required only where it is asked for", () => {
  expect(issues({}, { databaseRequired: true })[0]?.name).toBe("DATABASE_URL");
  expect(issues({ DATABASE_URL: "postgres://localhost/x" }, { databaseRequired: true })).toEqual([]);
});

test("a named provider without key or endpoint is refused, never replaced by the stub", () => {
  expect(issues({ LLM_PROVIDER: "openai" })[0]?.name).toBe("LLM_API_KEY");
  expect(issues({ LLM_PROVIDER: "anthropic" })[0]?.name).toBe("LLM_API_KEY");
  expect(accepted({ LLM_PROVIDER: "openai", LLM_BASE_URL: "http://127.0.0.1:11434/v1/" }).llm.baseUrl).toBe("http://127.0.0.1:11434/v1");
});

test("flags win over the environment and are named as the origin", () => {
  const config = accepted({ HOST: "::1", PORT: "1" }, { flags: { host: "0.0.0.0", port: "8001" } });
  expect(config.http).toMatchObject({ host: "0.0.0.0", port: 8001 });
  expect(config.settings.find((setting) => setting.name === "PORT")).toEqual({ name: "PORT", value: "8001", origin: "flag" });
});

test("each setting says whether it was set or is the default", () => {
  const { settings } = accepted({ PORT: "81" });
  expect(settings).toContainEqual({ name: "PORT", value: "81", origin: "environment" });
  expect(settings).toContainEqual({ name: "HOST", value: "127.0.0.1", origin: "default" });
  expect(settings).toContainEqual({ name: "LLM_MODEL", value: null, origin: "default" });
});

test("no secret can be printed, in whatever way the configuration is shown", () => {
  const config = accepted({
    DATABASE_URL: "postgres://me:hunter2@db/x?sslpassword=hunter3",
    LLM_API_KEY: "sk-hunter4",
    LLM_PROVIDER: "openai",
  });
  const shown = `${JSON.stringify(config)}${inspect(config, { depth: 9, showHidden: true })}${String(config.database.url)}`;
  expect(shown).not.toMatch(/hunter/);
  expect(config.settings.find((setting) => setting.name === "DATABASE_URL")?.value).toBe(
    "postgres://me:[redacted]@db/x?sslpassword=redacted",
  );
  expect(config.database.url?.reveal()).toContain("hunter2");
});

describe("an address that others can reach", () => {
  test.each(["0.0.0.0", "::", "192.168.1.7", "db.example.org"])("is refused without a word on authentication: %s", (HOST) => {
    expect(issues({ HOST }, { listens: true })).toEqual([{ name: "RECKONING_AUTH", detail: expect.stringContaining(HOST) as string }]);
  });

  test("is taken with authentication, and without it only when somebody said so, which is a notice", () => {
    expect(accepted({ HOST: "0.0.0.0", RECKONING_AUTH: "on" }, { listens: true })).toMatchObject({
      http: { authentication: "on" },
      notices: [],
    });
    const open = accepted({ HOST: "0.0.0.0", RECKONING_AUTH: "off" }, { listens: true });
    expect(open.http.authentication).toBe("off");
    expect(open.notices).toHaveLength(1);
  });

  test("is nobody's business where nothing listens", () => {
    expect(accepted({ HOST: "0.0.0.0" }).notices).toEqual([]);
  });

  test.each(["127.0.0.1", "127.0.0.9", "::1", "localhost"])("is not loopback: %s needs no login", (HOST) => {
    expect(accepted({ HOST }, { listens: true })).toMatchObject({ http: { authentication: "loopback" }, notices: [] });
  });
});

test("the configuration cannot be changed after it was read", () => {
  const config = accepted({});
  expect(() => Object.assign(config.http, { port: 1 })).toThrow(TypeError);
  expect(Object.isFrozen(config.settings[0])).toBe(true);
});
