// `npm run screenshots`: makes the pictures of docs/screenshots/ anew, each page in both themes. It starts the service with a database
// of its own in a temporary folder, puts some runs into it over HTTP, and looks at it with the browser that npm brought.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../src/domain/json.ts";
import type { ManifestView, RunView, TaskView } from "../src/domain/view.ts";
import { apiOf } from "../test/support/api.ts";
import type { Api } from "../test/support/api.ts";
import { openBrowser } from "../test/support/browser.ts";
import type { TestBrowser } from "../test/support/browser.ts";
import { startReckon } from "../test/support/server.ts";
import { until } from "../test/support/until.ts";
import { buildWeb } from "./build-web.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "docs", "screenshots");
const example = (name: string): string => readFileSync(join(root, "examples", "quarterly-report", name), "utf8");
const startMsMax = 60_000;

interface Picture {
  readonly name: string;
  readonly path: string;
  /** Text that stands on the page once it is whole. */
  readonly shows: string;
  /** It has a graph, which comes a moment after the rest. */
  readonly graph?: boolean;
  readonly width?: number;
  readonly height?: number;
}

buildWeb();
const dataDir = mkdtempSync(join(tmpdir(), "reckoning-screenshots-"));
const service = startReckon(["dev", "--port", "0"], { RECKONING_DATA_DIR: dataDir });
try {
  const url = await addressOf();
  const pictures = await fill(apiOf(url));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const browser = await openBrowser();
  for (const colorScheme of ["light", "dark"] as const) for (const picture of pictures) await take(browser, url, picture, colorScheme);
  await browser.close();
} finally {
  await service.kill("SIGTERM");
  rmSync(dataDir, { recursive: true, force: true });
}

async function addressOf(): Promise<string> {
  let url: string | undefined;
  await until("the service stands", startMsMax, () => {
    url = /Reckoning Machine is at (http:\S+)/.exec(service.output())?.[1];
    return url !== undefined;
  });
  return url ?? "";
}

async function take(
  browser: TestBrowser,
  url: string,
  { name, path, shows, graph = false, width = 1280, height = 800 }: Picture,
  colorScheme: "light" | "dark",
): Promise<void> {
  const { page, complaints, close } = await browser.open({ colorScheme, viewport: { width, height }, reducedMotion: "reduce" });
  await page.goto(`${url}${path}`);
  await page.getByText(shows).first().waitFor();
  await page
    .getByRole("status", { name: /^Loading/ })
    .first()
    .waitFor({ state: "detached" });
  await page.evaluate("document.fonts.ready");
  if (graph) await page.locator(".react-flow__node").first().waitFor();
  await page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: "disabled" });
  if (complaints().length > 0) throw new Error(`${path}: ${complaints().join("; ")}`);
  console.log(`${name}-${colorScheme}.png`);
  await close();
}

/** Runs in every state, and the pages that show them. */
async function fill(api: Api): Promise<readonly Picture[]> {
  const manifest = await manifestNamed(api, "quarterly-report");
  const params = { quarter: "2009Q3", growth_floor_percent: 0.5, document: example("report.txt") };
  const waiting = await start(api, manifest.id, params, "Grace Hopper");
  const done = await start(api, manifest.id, params, "Ada Lovelace");
  await attest(api, done, "SUCCESS");
  const failed = await start(api, manifest.id, params, "Alan Turing");
  await attest(api, failed, "FAIL");
  const cancelled = await start(api, manifest.id, params, "Ada Lovelace");
  await api.send("POST", `/api/runs/${cancelled.id}/cancel`, { reason: "The report was corrected.", cancelled_by: "Ada Lovelace" });
  const strict = await strictRun(api);
  const task = await editedTask(api);
  return [
    { name: "inbox", path: "/", shows: "To be done" },
    { name: "inbox-narrow", path: "/", shows: "To be done", width: 360, height: 740 },
    { name: "runs", path: "/runs", shows: "Cancelled" },
    { name: "run", path: `/runs/${done.id}?step=memo`, shows: "Policy verdicts", graph: true },
    { name: "run-narrow", path: `/runs/${done.id}`, shows: "write-memo", width: 360, height: 900, graph: true },
    { name: "run-failed", path: `/runs/${strict.id}?step=answer`, shows: "a policy rule said no", graph: true },
    { name: "attest", path: `/runs/${waiting.id}?step=spreadsheet_model`, shows: "Attest the outcome", height: 1000, graph: true },
    { name: "run-ledger", path: `/runs/${done.id}?tab=ledger`, shows: "The chain holds." },
    { name: "compare", path: `/compare?a=${done.id}&b=${failed.id}&step=spreadsheet_model`, shows: "They part in" },
    { name: "ledger", path: "/ledger", shows: "Check an exported run" },
    { name: "start", path: `/runs/new?manifest=${manifest.id}`, shows: "growth_floor_percent" },
    { name: "definitions", path: "/definitions", shows: "write-memo" },
    { name: "manifest", path: `/manifests/${manifest.id}`, shows: "outside work", graph: true },
    { name: "manifest-edit", path: `/manifests/${manifest.id}/edit`, shows: "Passes every check", graph: true },
    { name: "task-compare", path: `/tasks/${task}?with=1`, shows: "against version 2" },
  ];
}

async function manifestNamed(api: Api, name: string): Promise<ManifestView> {
  const { body } = await api.send<readonly ManifestView[]>("GET", "/api/manifests");
  const found = body.find((manifest) => manifest.name === name);
  if (found === undefined) throw new Error(`the example ${name} is not there`);
  return found;
}

async function start(api: Api, manifest_id: string, run_params: JsonObject, initiated_by: string): Promise<RunView> {
  const { status, body } = await api.send<RunView>("POST", "/api/runs", { manifest_id, run_params, initiated_by }, { prefer: "wait=30" });
  if (status !== 201) throw new Error(`a run was refused: ${JSON.stringify(body)}`);
  return body;
}

async function attest(api: Api, run: RunView, outcome: "SUCCESS" | "FAIL"): Promise<void> {
  const path = `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`;
  const delivered = {
    artifacts: [{ name: "projection.csv", uri: "file:///models/projection.csv", sha256: "5a1c".padEnd(64, "0"), bytes: 512 }],
    output: JSON.parse(example("projection.json")) as JsonObject,
    resume: true,
  };
  const body = { attested_by: "Grace Hopper", outcome, ...(outcome === "SUCCESS" ? delivered : { notes: "The sheet does not open." }) };
  const { status, body: answer } = await api.send("POST", path, body, { prefer: "wait=30" });
  if (status !== 200) throw new Error(`an attestation was refused: ${JSON.stringify(answer)}`);
}

async function strictRun(api: Api): Promise<RunView> {
  const task = await api.send<TaskView>("POST", "/api/tasks", {
    name: "grade-answer",
    description: "Grades one answer between 0 and 100.",
    prompt_template: "Grade the answer {{ params.answer }}.",
    extract_schema: {
      type: "object",
      required: ["grade"],
      properties: { grade: { type: "integer", minimum: 0, maximum: 100, examples: [40] } },
    },
    policy: [{ name: "grade_is_a_pass", expr: "output.grade >= 50", message: "the grade is below 50" }],
  });
  const steps = [
    { step_key: "answer", task_id: task.body.id },
    { step_key: "second_look", task_id: task.body.id, depends_on: ["answer"] },
  ];
  const made = await api.send<ManifestView>("POST", "/api/manifests", { name: "grading", description: "Grades an answer twice.", steps });
  return start(api, made.body.id, { answer: "42" }, "Alan Turing");
}

async function editedTask(api: Api): Promise<string> {
  const { body } = await api.send<readonly TaskView[]>("GET", "/api/tasks");
  const task = body.find(({ name }) => name === "write-memo");
  if (task === undefined) throw new Error("the example has a task write-memo");
  const { id, version: _v, digest: _d, created_at: _c, updated_at: _u, ...definition } = task;
  const prompt_template = definition.prompt_template?.replace("one or two paragraphs", "two paragraphs") ?? null;
  const input = JSON.parse(JSON.stringify({ ...definition, prompt_template, timeout_seconds: 90 })) as JsonObject;
  const { status, body: answer } = await api.send("PUT", `/api/tasks/${id}`, input);
  if (status !== 200) throw new Error(`a version was refused: ${JSON.stringify(answer)}`);
  return id;
}
