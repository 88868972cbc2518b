import { beforeAll, describe, expect, test } from "vitest";
import type { RunView, StatsView } from "../../src/domain/view.ts";
import { apiOf, attestation, putPausingManifest, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import { startServer } from "../support/server.ts";

const atEnd = closeAfterAll();
let api: Api;
let mine: RunView;
let manifestId: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  atEnd(() => database.drop());
  const server = await startServer(database.url);
  atEnd(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
  manifestId = await putPausingManifest(api);
  mine = await startRun(api, manifestId);
  for (const initiated_by of ["Ada Lovelace", "Grace & Co"])
    await api.send("POST", "/api/runs", { manifest_id: manifestId, initiated_by, run_params: { topic: "rain" } }, { prefer: "wait=30" });
});

async function ids(query: string): Promise<readonly string[]> {
  const { status, body } = await api.send<readonly RunView[]>("GET", `/api/runs?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body.map(({ initiated_by }) => initiated_by);
}

describe("the list of runs", () => {
  test("is narrowed to who started them, together with every other filter", async () => {
    expect(await ids("initiated_by=Ada%20Lovelace")).toEqual(["Ada Lovelace"]);
    expect(await ids(`initiated_by=Grace%20%26%20Co&status=waiting&manifest_id=${manifestId}`)).toEqual(["Grace & Co"]);
    expect(await ids("initiated_by=Ada%20Lovelace&status=success")).toEqual([]);
    expect(await ids("initiated_by=nobody")).toEqual([]);
  });

  test("is narrowed to a span of time, its first moment included and its last one not", async () => {
    const created = new Date(mine.created_at).toISOString();
    const after = new Date(Date.parse(created) + 1).toISOString();
    expect(await ids(`created_from=${created}&created_to=${after}`)).toEqual(["alice"]);
    expect(await ids(`created_to=${created}`)).toEqual([]);
    expect(await ids(`created_from=${after}`)).toEqual(["Grace & Co", "Ada Lovelace"]);
    expect(await ids(`created_from=${after}&limit=1`)).toEqual(["Grace & Co"]);
    expect(await ids("created_from=2100-01-01T00:00Z")).toEqual([]);
  });

  test.each(["created_from=yesterday", "created_from=2026-13-45T00:00Z", "created_to=2026-11-24", "initiated_by="])(
    "refuses %s",
    async (query) => {
      expect((await api.send("GET", `/api/runs?${query}`)).status).toBe(422);
    },
  );
});

test("the last days in numbers count what there was, and nothing else", async () => {
  await api.send(
    "POST",
    `/api/runs/${mine.id}/steps/${mine.waiting_for?.step_run_id}/attest`,
    { ...attestation, resume: true },
    { prefer: "wait=30" },
  );
  const { status, body } = await api.send<StatsView>("GET", "/api/stats?days=7");
  expect(status).toBe(200);
  const day = mine.created_at.slice(0, 10);
  const total = body.per_day.reduce((sum, { started }) => sum + started, 0);
  expect(body.per_day.map((one) => one.day)).toContain(day);
  expect({ days: body.days, total, failures: body.failures }).toEqual({ days: 7, total: 3, failures: [] });
  expect(body.waits).toMatchObject({ count: 1 });
  expect(body.waits.median_seconds).toBeGreaterThan(0);
  expect(body.calls.models).toEqual([expect.objectContaining({ model: "stub-1", calls: 4 })]);
  expect((await api.send("GET", "/api/stats?days=soon")).status).toBe(422);
});
