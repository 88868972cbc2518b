import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { startEmbeddedPostgres } from "../../src/storage/embedded/embedded-postgres.ts";
import type { EmbeddedPostgres } from "../../src/storage/embedded/embedded-postgres.ts";
import { migrate } from "../../src/storage/migrate.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { openTcpLink } from "../support/tcp-link.ts";
import type { TcpLink } from "../support/tcp-link.ts";
import { until } from "../support/until.ts";

const atEnd = closeAfterAll();
const folder = mkdtempSync(join(tmpdir(), "reckoning-health-"));
const dataDir = join(folder, "data");
let postgres: EmbeddedPostgres;
let link: TcpLink;
let server: ReckonServer;

beforeAll(async () => {
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  postgres = await startEmbeddedPostgres({ dataDir });
  atEnd(async () => {
    await postgres.stop("immediate");
    rmSync(postgres.dataDir, { recursive: true, force: true });
  });
  await migrate(postgres.url);
  const socketDir = new URL(postgres.url).searchParams.get("host") ?? "";
  link = await openTcpLink(`${socketDir}/.s.PGSQL.5432`);
  atEnd(() => link.close());
  server = await startServer(`postgresql://reckoning@127.0.0.1:${link.port}/reckoning`);
  atEnd(() => server.kill("SIGTERM"));
});

interface Pinged {
  readonly status: number;
  readonly ms: number;
  readonly body: unknown;
}

async function ping(): Promise<Pinged> {
  const startedMs = performance.now();
  const response = await fetch(`${server.url}/db/ping`);
  const body: unknown = await response.json();
  return { status: response.status, ms: performance.now() - startedMs, body };
}

/** Whatever the database does, the process is alive, and a ping says the truth within two seconds. */
async function expectAway(): Promise<Pinged> {
  const pinged = await ping();
  expect(pinged.status).toBe(503);
  expect(pinged.ms).toBeLessThan(2_000);
  expect(pinged.body).toMatchObject({ code: "database_unavailable" });
  expect((await fetch(`${server.url}/health`)).status).toBe(200);
  return pinged;
}

async function expectBack(): Promise<void> {
  await until("the ping succeeds again without a restart of the service", 10_000, async () => (await ping()).status === 200);
  expect(server.process.exitCode).toBeNull();
}

describe("promise 3: /health and /db/ping are truthful", () => {
  test("both succeed before traffic", async () => {
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    const { status, body } = await ping();
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ok", is_primary: true, latency_ms: expect.any(Number) as unknown });
  });

  test.each(["fast", "immediate"] as const)(
    "503 within 2 s while the database is away (%s stop), and 200 again without a restart",
    async (mode) => {
      await postgres.stop(mode);
      for (let round = 0; round < 3; round += 1) await expectAway();
      postgres = await startEmbeddedPostgres({ dataDir });
      await expectBack();
    },
  );

  test("503 within 2 s when the network swallows everything, also with many pings at once, and 200 again", async () => {
    link.freeze();
    await Promise.all(Array.from({ length: 20 }, expectAway));
    link.thaw();
    await expectBack();
  });

  test("503 on a standby, which takes no writes, and it says so", async () => {
    await postgres.stop();
    writeFileSync(join(postgres.dataDir, "standby.signal"), "");
    postgres = await startEmbeddedPostgres({ dataDir });
    await until("the standby answers", 10_000, async () => JSON.stringify((await ping()).body).includes("standby"));
    await expectAway();
    await postgres.stop();
    rmSync(join(postgres.dataDir, "standby.signal"));
    postgres = await startEmbeddedPostgres({ dataDir });
    await expectBack();
  });
});
