import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { startEmbeddedPostgres } from "../../src/storage/embedded/embedded-postgres.ts";
import type { EmbeddedPostgres } from "../../src/storage/embedded/embedded-postgres.ts";
import { migrate } from "../../src/storage/migrate.ts";
import type { RunView } from "../../src/domain/view.ts";
import { apiOf, attestation, putChain, putPausingManifest, startRun } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { startReckon, startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { until } from "../support/until.ts";

// A database of its own with fsync on: here what was acknowledged must survive the loss of the server's memory.
const atEnd = closeAfterAll();
const folder = mkdtempSync(join(tmpdir(), "reckoning-crash-"));
let postgres: EmbeddedPostgres;
let server: ReckonServer;

beforeAll(async () => {
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data") });
  atEnd(async () => {
    await postgres.stop("immediate");
    rmSync(postgres.dataDir, { recursive: true, force: true });
  });
  await migrate(postgres.url);
  server = await startServer(postgres.url, { RECKONING_LEASE_SECONDS: "3" });
  atEnd(() => server.kill("SIGTERM"));
});

async function crashAndRestart(): Promise<void> {
  process.kill(postgres.pid, "SIGKILL");
  await postgres.ended;
  postgres = await startEmbeddedPostgres({ dataDir: join(folder, "data") });
  await until("the service finds its database again", 10_000, async () => (await fetch(`${server.url}/db/ping`)).ok);
}

test("kill -9 of PostgreSQL under load, five times: nothing acknowledged is lost, every run ends, the record verifies", async () => {
  const api = apiOf(server.url);
  const manifest = await putChain(api, 4);
  const pausing = await putPausingManifest(api);
  const waiting = await startRun(api, pausing);
  const acknowledged: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    const starts = Array.from({ length: 20 }, async () => {
      const answer = await api
        .send<RunView>("POST", "/api/runs", { manifest_id: manifest, run_params: { topic: "rain" } })
        .catch(() => null);
      if (answer?.status === 201) acknowledged.push(answer.body.run_id);
      else if (answer !== null) expect(answer.status).toBe(503);
    });
    const enough = acknowledged.length + 1 + 3 * round;
    await until("some starts are acknowledged", 10_000, () => acknowledged.length >= enough);
    await crashAndRestart();
    await Promise.all(starts);
  }
  for (const id of acknowledged) await until(`run ${id} ends`, 30_000, async () => (await api.run(id)).status === "success");
  for (const id of acknowledged) {
    const ended = (await api.entries(id)).filter((entry) => entry.body["kind"] === "step.succeeded").map((entry) => entry.body["step"]);
    expect(ended).toEqual(["s0", "s1", "s2", "s3"]);
  }
  expect((await api.run(waiting.id)).status).toBe("waiting");
  const attested = await api.send("POST", `/api/runs/${waiting.id}/steps/${waiting.waiting_for?.step_run_id}/attest`, {
    ...attestation,
    resume: true,
  });
  expect(attested.status).toBe(200);
  await until("the waiting run ends", 20_000, async () => (await api.run(waiting.id)).status === "success");
  const verify = startReckon(["verify"], { DATABASE_URL: postgres.url });
  expect(await verify.ended, verify.output()).toBe(0);
}, 240_000);
