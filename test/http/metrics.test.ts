import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { apiOf, attestation, putChain, putPausingManifest, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

const page = readFileSync(new URL("../../docs/metrics.md", import.meta.url), "utf8");
const atEnd = closeAfterAll();
let provider: FakeProvider;
let server: ReckonServer;
let api: Api;

beforeAll(async () => {
  const database = await createTestDatabase();
  atEnd(() => database.drop());
  provider = await startFakeProvider({ answer: { kind: "ok", output: { answer: "a", score: 1 }, usage: { input: 11, output: 7 } } });
  atEnd(() => provider.close());
  server = await startServer(database.url, { LLM_PROVIDER: "openai", LLM_MODEL: "fake", LLM_BASE_URL: provider.baseUrl });
  atEnd(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
});

/** Every sample by its name and labels, as they stand in the text. */
async function scrape(): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${server.url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/plain; version=0.0.4");
  const lines = (await response.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(" ")), Number(line.slice(line.lastIndexOf(" ") + 1))]));
}

describe("the metrics", () => {
  test("count what happened: ends, steps, calls, tokens, batches", async () => {
    const before = await scrape();
    const manifest = await putPausingManifest(api);
    const [one, other, cancelled] = [await startRun(api, manifest), await startRun(api, manifest), await startRun(api, manifest)];
    provider.script({ kind: "status", status: 500 });
    const failed = await startRun(api, await putChain(api, 2));
    expect(failed.status).toBe("error");
    const attest = (run: typeof one, change: object): Promise<unknown> =>
      api.send(
        "POST",
        `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`,
        { ...attestation, ...change },
        { prefer: "wait=20" },
      );
    await attest(one, { resume: true });
    await attest(other, { outcome: "FAIL" });
    await api.send("POST", `/api/runs/${cancelled.id}/cancel`, { reason: "r", cancelled_by: "c" });
    await expect.poll(async () => (await api.run(one.id)).status).toBe("success");

    const after = await scrape();
    const grown = (sample: string): number => (after.get(sample) ?? 0) - (before.get(sample) ?? 0);
    expect({
      waited: grown('reckoning_runs_rested_total{status="waiting"}'),
      succeeded: grown('reckoning_runs_rested_total{status="success"}'),
      failed: grown('reckoning_runs_rested_total{status="error"}'),
      cancelled: grown('reckoning_runs_rested_total{status="cancelled"}'),
      ended: grown('reckoning_run_seconds_count{status="success"}'),
      tasks: grown('reckoning_step_seconds_count{type="task",status="SUCCESS"}'),
      failedTasks: grown('reckoning_step_seconds_count{type="task",status="FAIL"}'),
      attested: grown('reckoning_step_seconds_count{type="compute",status="SUCCESS"}'),
      attestedFail: grown('reckoning_step_seconds_count{type="compute",status="FAIL"}'),
      calls: grown('reckoning_model_seconds_count{provider="openai",code="200"}'),
      errors: grown('reckoning_model_seconds_count{provider="openai",code="500"}'),
      input: grown('reckoning_model_tokens_total{provider="openai",direction="input"}'),
      output: grown('reckoning_model_tokens_total{provider="openai",direction="output"}'),
    }).toEqual({
      waited: 3,
      succeeded: 1,
      failed: 2,
      cancelled: 1,
      ended: 1,
      tasks: 4,
      failedTasks: 1,
      attested: 1,
      attestedFail: 1,
      calls: 4,
      errors: 1,
      input: 44,
      output: 28,
    });
    expect(grown("reckoning_append_transitions_sum")).toBeGreaterThan(7);
    expect(grown("reckoning_append_transitions_count")).toBe(grown("reckoning_append_seconds_count"));
    expect(after.get("reckoning_nodejs_eventloop_lag_p99_seconds")).toBeGreaterThanOrEqual(0);
  });

  test("show how many runs wait in the whole database, a little later", async () => {
    const waiting = await startRun(api, await putPausingManifest(api));
    await expect
      .poll(async () => (await scrape()).get('reckoning_runs_open{status="waiting"}'), { timeout: 15_000, interval: 250 })
      .toBe(1);
    await api.send("POST", `/api/runs/${waiting.id}/cancel`, { reason: "r", cancelled_by: "c" });
    await expect
      .poll(async () => (await scrape()).get('reckoning_runs_open{status="waiting"}'), { timeout: 15_000, interval: 250 })
      .toBe(0);
  });

  test("carry no label that a client chose, whatever is asked for", async () => {
    const marked = "marker-c0ffee";
    for (const path of [`/${marked}`, `/api/runs/${marked}`, `/api/tasks?cursor=${marked}`, `/problems/${marked}`])
      await fetch(`${server.url}${path}`);
    await fetch(`${server.url}/health`, { method: "PROPFIND" });
    const samples = [...(await scrape()).keys()];
    expect(samples.filter((sample) => sample.includes(marked) || /[0-9a-f]{8}-[0-9a-f]{4}/.test(sample))).toEqual([]);
    expect(samples.some((sample) => sample.startsWith("reckoning_http_seconds_count") && sample.includes('route="none"'))).toBe(true);
  });

  test("are those that docs/metrics.md describes, and no others", async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const exposed = [...text.matchAll(/^# TYPE (\S+) /gm)]
      .map(([, name = ""]) => name)
      .filter((name) => !/^reckoning_(process|nodejs)_/.test(name));
    const described = [...page.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = ""]) => name);
    expect(exposed.toSorted()).toEqual(described.toSorted());
  });
});
