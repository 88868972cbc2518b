import type { RunView } from "../../src/domain/view.ts";
import { apiOf, attestation, putChain, putManifest, putPausingManifest, putTask, startRun } from "./api.ts";
import type { Api } from "./api.ts";
import type { FakeProvider } from "./fake-provider.ts";
import type { ReckonServer } from "./server.ts";
import { until } from "./until.ts";

/** One server over a database, that can be killed and started again, and the provider that its calls go to. */
export interface Stage {
  readonly provider: FakeProvider;
  readonly server: () => ReckonServer;
  readonly restart: () => Promise<void>;
}

const good = { answer: "rain falls", score: 7 };
const policy = [
  { name: "score_is_positive", expr: "output.score > 0", message: "a score must be positive" },
  { name: "not_three", expr: "output.score != 3", message: "three is not allowed" },
];
const rationale = {
  version: "1",
  summary: "It rains <b>because</b> of the clouds & the wind.",
  nodes: ["clouds"],
  selected_path: ["clouds"],
};

/** One run of each interesting kind, recorded by the real thing. Each answers the id of a run at rest. */
export const runKinds: Readonly<Record<string, (stage: Stage) => Promise<string>>> = {
  success: async (stage) => {
    const api = apiOf(stage.server().url);
    stage.provider.script(...Array.from({ length: 3 }, () => ({ kind: "ok", output: good, rationale }) as const));
    return ended(await startRun(api, await putChain(api, 3, { policy })), "success");
  },
  policy_failure: async (stage) => {
    const api = apiOf(stage.server().url);
    stage.provider.script({ kind: "ok", output: good }, { kind: "ok", output: { answer: "snow", score: 3 } });
    return ended(await startRun(api, await putChain(api, 4, { policy })), "error");
  },
  contract_failure: async (stage) => {
    const api = apiOf(stage.server().url);
    stage.provider.script({ kind: "ok", output: { answer: "x", score: 101 } });
    return ended(await startRun(api, await putChain(api, 2, { policy })), "error");
  },
  hostile_reply: async (stage) => {
    const api = apiOf(stage.server().url);
    stage.provider.script({ kind: "raw", body: new Uint8Array([0xff, 0xfe, 0x00, 0x3c, 0x73, 0x3e]) });
    return ended(await startRun(api, await putChain(api, 2)), "error");
  },
  timeout: async (stage) => {
    const api = apiOf(stage.server().url);
    stage.provider.script({ kind: "stall" });
    return ended(await startRun(api, await putChain(api, 2, { timeout_seconds: 1 })), "error");
  },
  retry: async (stage) => {
    const api = apiOf(stage.server().url);
    const retry = { max_attempts: 3, on: ["rate_limited", "invalid_output"], backoff_seconds: 0, respect_retry_after: true };
    stage.provider.script({ kind: "status", status: 429, retryAfter: "1" }, { kind: "ok", text: "not JSON" }, { kind: "ok", output: good });
    return ended(await startRun(api, await putChain(api, 1, { retry })), "success");
  },
  interrupted: async (stage) => {
    const api = apiOf(stage.server().url);
    const calls = stage.provider.calls.length;
    stage.provider.script({ kind: "ok", output: good }, { kind: "hang" });
    const run = await startRun(api, await putChain(api, 2), 0);
    await until("the second call is under way", 20_000, () => stage.provider.calls.length === calls + 2);
    await stage.restart();
    const again = apiOf(stage.server().url);
    await until("the run ends", 30_000, async () => (await again.run(run.id)).status === "success");
    return run.id;
  },
  attested: async (stage) => {
    const api = apiOf(stage.server().url);
    const run = await startRun(api, await putPausingManifest(api));
    await attest(api, run, { ...attestation, notes: "checked twice", output: { total: 12.5 } });
    await api.send("POST", `/api/runs/${run.id}/resume`, { initiated_by: "carol" });
    await until("the run ends", 20_000, async () => (await api.run(run.id)).status === "success");
    return run.id;
  },
  attested_failure: async (stage) => {
    const api = apiOf(stage.server().url);
    const run = await startRun(api, await putPausingManifest(api));
    await attest(api, run, { attested_by: "bob", outcome: "FAIL", notes: "the sheet is wrong" });
    return ended(await api.run(run.id), "error");
  },
  cancelled: async (stage) => {
    const api = apiOf(stage.server().url);
    const run = await startRun(api, await putPausingManifest(api));
    await api.send("POST", `/api/runs/${run.id}/cancel`, { cancelled_by: "dora", reason: "no longer needed" });
    return ended(await api.run(run.id), "cancelled");
  },
  waiting: async (stage) => {
    const api = apiOf(stage.server().url);
    return ended(await startRun(api, await putPausingManifest(api)), "waiting");
  },
  parallel: async (stage) => {
    const api = apiOf(stage.server().url);
    const task_id = await putTask(api, { policy });
    const steps = ["a", "b", "c", "d"].map((step_key) => ({ step_key, task_id }));
    const manifest = await putManifest(api, [...steps, { step_key: "last", task_id, depends_on: ["a", "b", "c", "d"] }], {
      max_parallel: 3,
    });
    return ended(await startRun(api, manifest), "success");
  },
  template_error: async (stage) => {
    const api = apiOf(stage.server().url);
    const task_id = await putTask(api, { prompt_template: "{% for item in params.list %}{{ item.name }}{% endfor %}" });
    const manifest = await putManifest(api, [{ step_key: "only", task_id }], {
      params_schema: { type: "object", properties: { topic: { type: "string" }, list: { type: "array" } } },
    });
    const started = await api.send<RunView>(
      "POST",
      "/api/runs",
      { manifest_id: manifest, run_params: { list: [{}] } },
      { prefer: "wait=30" },
    );
    return ended(started.body, "error");
  },
};

function ended(run: RunView, status: RunView["status"]): string {
  if (run.status !== status) throw new Error(`the run is ${run.status} where ${status} was to come: ${JSON.stringify(run)}`);
  return run.id;
}

async function attest(api: Api, run: RunView, body: Parameters<Api["send"]>[2]): Promise<void> {
  const answer = await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, body);
  if (answer.status !== 200) throw new Error(`the attestation was refused: ${JSON.stringify(answer.body)}`);
}
