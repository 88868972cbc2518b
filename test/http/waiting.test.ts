import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { WaitingView } from "../../src/domain/view.ts";
import { apiOf, attestation, putManifest, putPausingManifest, sheet, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

let database: TestDatabase | undefined;
let server: ReckonServer;
let api: Api;

beforeAll(async () => {
  database = await createTestDatabase();
  server = await startServer(database.url);
  api = apiOf(server.url);
});

afterAll(async () => {
  await (server as ReckonServer | undefined)?.kill("SIGTERM");
  await database?.drop();
});

async function waiting(query = ""): Promise<readonly WaitingView[]> {
  const answer = await api.send("GET", `/api/waiting${query}`);
  expect(answer.status).toBe(200);
  return answer.body as unknown as readonly WaitingView[];
}

async function startWaiting(timeout_minutes: number | null): Promise<string> {
  const step = { step_key: "sheet", step_type: "compute", compute_contract: { ...sheet, timeout_minutes } };
  return (await startRun(api, await putManifest(api, [step]))).id;
}

describe("what waits for people", () => {
  test("is nothing where nothing waits", async () => {
    expect(await waiting()).toEqual([]);
  });

  test("stands in the order in which it is due, what has no time last", async () => {
    const whenever = await startWaiting(null);
    const tomorrow = await startWaiting(1_440);
    const soon = await startWaiting(0.001);
    const found = await waiting();
    expect(found.map((one) => one.run_id)).toEqual([soon, tomorrow, whenever]);
    expect(found.map((one) => (one.due_at === null ? null : Date.parse(one.due_at) - Date.parse(one.waiting_since)))).toEqual([
      60,
      86_400_000,
      null,
    ]);
    expect((await waiting("?limit=1")).map((one) => one.run_id)).toEqual([soon]);
  });

  test("names what is to be delivered, and where to attest it", async () => {
    const { id } = await startRun(api, await putPausingManifest(api));
    const found = (await waiting()).find((one) => one.run_id === id);
    expect(found).toMatchObject({ step_key: "sheet", initiated_by: "alice", attested: false });
    expect(found?.compute_contract.outputs).toEqual([{ name: "model", description: "" }]);

    const attested = await api.send("POST", `/api/runs/${id}/steps/${found?.step_run_id}/attest`, attestation);
    expect(attested.status).toBe(200);
    expect((await waiting()).find((one) => one.run_id === id)?.attested).toBe(true);
    await api.send("POST", `/api/runs/${id}/resume`, {});
    await expect.poll(async () => (await waiting()).some((one) => one.run_id === id)).toBe(false);
  });

  test("knows its own parameters and no others", async () => {
    expect((await api.send("GET", "/api/waiting?limit=x")).status).toBe(422);
    expect((await api.send("GET", "/api/waiting?for=me")).status).toBe(422);
  });
});
