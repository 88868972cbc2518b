import { afterEach, expect, test } from "vitest";
import { reckon } from "./command-line.ts";
import { contract, runId, runView, stepView } from "./documents.ts";
import { eventStream, fakeServer } from "./fake-server.ts";
import type { Answer, FakeServer } from "./fake-server.ts";

const servers: FakeServer[] = [];

const plan: Answer = { json: { steps: [{ step_key: "one" }, { step_key: "later" }] } };

async function serve(answers: Readonly<Record<string, Answer | readonly Answer[]>>): Promise<FakeServer> {
  const server = await fakeServer({ [`GET /api/runs/${runId}/plan`]: plan, ...answers });
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

const running = { json: runView() };
const success = { json: runView({ status: "success", ended_at: "2026-11-24T10:00:05.000000Z", entry_count: 9 }) };
const failed = {
  json: runView({
    status: "error",
    ended_at: "2026-11-24T10:00:05.000000Z",
    entry_count: 9,
    error: { step_key: "one", code: "policy_violation" },
  }),
};
const cancelled = { json: runView({ status: "cancelled", ended_at: "2026-11-24T10:00:05.000000Z", entry_count: 9 }) };
const model = stepView("model", "WAITING_FOR_ATTESTATION", { step_type: "compute", compute_contract: contract });
const waiting = {
  json: runView({ status: "waiting", entry_count: 6, waiting_for: { step_key: "model", step_run_id: model["id"], attested: false } }),
};

test.each([
  ["success", success, 0],
  ["error", failed, 3],
  ["cancelled", cancelled, 5],
  ["waiting", waiting, 8],
])("watch ends with the code of a run that is %s", async (_, answer, code) => {
  const server = await serve({
    [`GET /api/runs/${runId}`]: answer,
    [`GET /api/runs/${runId}/steps`]: { json: [stepView("one", "SUCCESS")] },
  });
  const outcome = await reckon(["watch", runId, "--url", server.url]);
  expect(outcome.code).toBe(code);
});

test("watch prints one line per change and reads the table after each event", async () => {
  const server = await serve({
    [`GET /api/runs/${runId}`]: [running, success],
    [`GET /api/runs/${runId}/steps`]: [
      { json: [stepView("one", "RUNNING")] },
      { json: [stepView("one", "SUCCESS"), stepView("two", "SKIPPED", { skipped_because: "one" })] },
    ],
    [`GET /api/runs/${runId}/events`]: eventStream([1, 2, 8]),
  });
  const { out, code } = await reckon(["watch", runId, "--utc", "--url", server.url]);
  expect(out.split("\n")).toEqual([
    "10:00:00Z ▶ one RUNNING",
    "10:00:01Z ✓ one SUCCESS 1.5s",
    "10:00:01Z - two SKIPPED 1.5s because one failed",
    `10:00:05Z run ${runId} success`,
    "",
  ]);
  expect(code).toBe(0);
  const events = server.seen.find(({ path }) => path.endsWith("/events"));
  expect(events?.headers["last-event-id"]).toBe("2");
});

test("watch connects again when the stream ends, and goes on where it was", async () => {
  const server = await serve({
    [`GET /api/runs/${runId}`]: [running, running, success],
    [`GET /api/runs/${runId}/steps`]: { json: [stepView("one", "RUNNING")] },
    [`GET /api/runs/${runId}/events`]: [eventStream([], { end: true }), eventStream([8])],
  });
  expect((await reckon(["watch", runId, "--url", server.url])).code).toBe(0);
  expect(server.seen.filter(({ path }) => path.endsWith("/events"))).toHaveLength(2);
});

test("a stream that breaks in the middle of an answer is no failure of the run", async () => {
  const broken: Answer = (response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write("id: 5\nda", () => response.destroy());
  };
  const server = await serve({
    [`GET /api/runs/${runId}`]: [running, success],
    [`GET /api/runs/${runId}/steps`]: { json: [stepView("one", "SUCCESS")] },
    [`GET /api/runs/${runId}/events`]: broken,
  });
  expect((await reckon(["watch", runId, "--url", server.url])).code).toBe(0);
});

test("a run that pauses says the exact command that takes it on", async () => {
  const server = await serve({ [`GET /api/runs/${runId}`]: waiting, [`GET /api/runs/${runId}/steps`]: { json: [model] } });
  const { err, code } = await reckon(["watch", runId, "--url", server.url]);
  expect(err).toContain(
    `reckon attest ${runId} model --by YOUR_NAME --outcome SUCCESS --artifact model=@FILE --output @OUTPUT.json --resume --url ${server.url}`,
  );
  expect(code).toBe(8);
});

test("with --follow a pause is said and watched through", async () => {
  const server = await serve({
    [`GET /api/runs/${runId}`]: [waiting, success],
    [`GET /api/runs/${runId}/steps`]: { json: [model] },
    [`GET /api/runs/${runId}/events`]: eventStream([6]),
  });
  const { err, code } = await reckon(["watch", runId, "--follow", "--url", server.url]);
  expect(err).toContain(`reckon attest ${runId} model`);
  expect(code).toBe(0);
});

test("Ctrl-C ends watching with 130 and leaves the run alone", async () => {
  const server = await serve({
    [`GET /api/runs/${runId}`]: running,
    [`GET /api/runs/${runId}/steps`]: { json: [stepView("one", "RUNNING")] },
    [`GET /api/runs/${runId}/events`]: eventStream([]),
  });
  const controller = new AbortController();
  const { code, err } = await reckon(["watch", runId, "--url", server.url], {
    signal: controller.signal,
    onOut: (out) => void (out.includes("RUNNING") && controller.abort()),
  });
  expect(code).toBe(130);
  expect(err).toContain("runs go on");
  expect(server.seen.every(({ method }) => method === "GET")).toBe(true);
});

test("on a terminal the steps are redrawn in place, and no line is wider than it", async () => {
  const long = stepView("a_step_with_a_rather_long_name", "FAIL", {
    error: { code: "policy_violation", detail: "a sentence that is much longer than the terminal is wide, and then some" },
  });
  const server = await serve({
    [`GET /api/runs/${runId}`]: [running, failed],
    [`GET /api/runs/${runId}/steps`]: { json: [long] },
    [`GET /api/runs/${runId}/events`]: eventStream([8]),
  });
  const { out } = await reckon(["watch", runId, "--url", server.url], { columns: 60, env: { NO_COLOR: "1" } });
  expect(out).toContain("\u001b[4A");
  expect(out).toContain("  · later\n");
  const lines = out.replace(/\u001b\[\d*[A-Z]|\r/g, "").split("\n");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(60);
});

test("as JSON each change is one line with its type", async () => {
  const server = await serve({
    [`GET /api/runs/${runId}`]: failed,
    [`GET /api/runs/${runId}/steps`]: { json: [stepView("one", "FAIL", { error: { code: "policy_violation", detail: "no" } })] },
  });
  const { out } = await reckon(["watch", runId, "--json", "--url", server.url]);
  const lines = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; status: string });
  expect(lines.map(({ type, status }) => `${type} ${status}`)).toEqual(["step FAIL", "run error"]);
});

test("what a model or an operator wrote cannot drive the terminal", async () => {
  const evil = stepView("one", "FAIL", { error: { code: "policy_violation", detail: "x\u001b]0;owned\u0007\u001b[2Jy" } });
  const server = await serve({ [`GET /api/runs/${runId}`]: failed, [`GET /api/runs/${runId}/steps`]: { json: [evil] } });
  for (const command of ["watch", "show"]) {
    const { out } = await reckon([command, runId, "--url", server.url]);
    expect(out).not.toContain("\u001b");
    expect(out).toContain("x\\u001b]0;owned");
  }
});
