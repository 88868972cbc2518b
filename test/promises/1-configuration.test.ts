import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import { runReckon, startServer } from "../support/server.ts";

const atEnd = closeAfterAll();

describe("promise 1: configuration by environment variables only, and DATABASE_URL is the one that must be set", () => {
  test.each(["serve", "worker", "migrate"])("%s without DATABASE_URL ends with 78 and one clear line", async (command) => {
    const { code, err, out } = await runReckon([command]);
    expect({ code, out }).toEqual({ code: 78, out: "" });
    expect(err).toMatch(/^error configuration: DATABASE_URL is not set: give the address of a PostgreSQL 14 or newer, [^\n]+\n$/);
  });

  test("an empty DATABASE_URL counts as none", async () => {
    expect((await runReckon(["serve"], { DATABASE_URL: "" })).code).toBe(78);
  });

  test.each(["verify", "token list"])("%s without DATABASE_URL and without an embedded PostgreSQL says what to do", async (command) => {
    const { code, err } = await runReckon(command.split(" "), { RECKONING_DATA_DIR: "/nowhere" });
    expect(code).toBe(78);
    expect(err).toMatch(/^error configuration: DATABASE_URL is not set, and no embedded PostgreSQL runs in \/nowhere: [^\n]+\n$/);
  });

  test("a file in the folder it starts from configures nothing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "reckoning-env-"));
    atEnd(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, ".env"), "DATABASE_URL=postgresql://u@localhost/x\nPORT=1\n");
    expect((await runReckon(["serve"], {}, { cwd: folder })).code).toBe(78);
    expect((await runReckon(["config"], {}, { cwd: folder })).out).toMatch(/PORT +8000 +default/);
  });

  test("with DATABASE_URL alone the service starts: every LLM_ variable is optional", async () => {
    const database = await createTestDatabase();
    atEnd(() => database.drop());
    const server = await startServer(database.url);
    atEnd(() => server.kill("SIGTERM"));
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });

  test("every wrong variable is named at once, secrets never", async () => {
    const { code, err } = await runReckon(["serve"], {
      DATABASE_URL: "postgresql://u:hunter2@localhost:notaport/x",
      PORT: "x",
      RECKONING_LEASES: "1",
      LLM_PROVIDER: "openai",
    });
    expect(code).toBe(78);
    expect(err).toMatch(/DATABASE_URL: [^]*LLM_API_KEY: [^]*PORT: [^]*RECKONING_LEASES: /);
    expect(err).not.toContain("hunter2");
  });

  test("config prints values and origins without secrets", async () => {
    const { code, out } = await runReckon(["config"], { DATABASE_URL: "postgresql://u:hunter2@localhost/x", LLM_API_KEY: "sk-hunter3" });
    expect(code).toBe(0);
    expect(out).toMatch(/PORT +8000 +default/);
    expect(out).toMatch(/LLM_API_KEY +\[redacted\] +environment/);
    expect(out).not.toContain("hunter");
  });
});
