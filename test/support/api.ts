import type { Json, JsonObject } from "../../src/domain/json.ts";
import { makeConformance, publishedDocument } from "./conformance.ts";
import type { Conformance } from "./conformance.ts";
import type { EntryView, ManifestView, RunView, StepRunView, TaskView } from "../../src/domain/view.ts";

/** An answer whose body the test takes for a `Body`; a wrong form fails the expectation that reads it. */
export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

/** A client that hides nothing: status, headers and parsed body of whatever came back, once it was held against the document. */
export interface Api {
  readonly send: <Body = Json>(
    method: string,
    path: string,
    body?: Json,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer<Body>>;
  readonly run: (id: string) => Promise<RunView>;
  readonly steps: (id: string) => Promise<readonly StepRunView[]>;
  readonly entries: (id: string) => Promise<readonly EntryView[]>;
}

let conformance: Conformance | undefined;

export function apiOf(url: string, always: Readonly<Record<string, string>> = {}): Api {
  const send: Api["send"] = async <Body>(method: string, path: string, body?: Json, headers: Readonly<Record<string, string>> = {}) => {
    const sent =
      body === undefined
        ? { method, headers: { ...always, ...headers } }
        : { method, body: JSON.stringify(body), headers: { "content-type": "application/json", ...always, ...headers } };
    const response = await fetch(`${url}${path}`, sent);
    const text = await response.text();
    const asked = { method, path: path.split("?")[0] ?? "" };
    conformance ??= makeConformance(publishedDocument());
    const complaint = conformance.complaint(asked, {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(text),
    });
    if (complaint !== null) throw new Error(`${method} ${path} was answered as the document does not say: ${complaint}`);
    return { status: response.status, headers: response.headers, body: (text === "" ? null : JSON.parse(text)) as Body };
  };
  const get = async <T>(path: string): Promise<T> => {
    const answer = await send<T>("GET", path);
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  return {
    send,
    run: (id) => get<RunView>(`/api/runs/${id}`),
    steps: (id) => get<readonly StepRunView[]>(`/api/runs/${id}/steps`),
    entries: (id) => get<readonly EntryView[]>(`/api/runs/${id}/entries?limit=500`),
  };
}

export const contract: JsonObject = {
  type: "object",
  properties: { answer: { type: "string", minLength: 1, maxLength: 200 }, score: { type: "integer", minimum: 0, maximum: 100 } },
  required: ["answer", "score"],
  additionalProperties: false,
};

let names = 0;

/** A task with the given changes; answers its id. */
export async function putTask(api: Api, change: JsonObject = {}): Promise<string> {
  names += 1;
  const answer = await api.send<TaskView>("POST", "/api/tasks", {
    name: `task-${process.pid}-${names}`,
    prompt_template: "Say something about {{ params.topic }}.",
    extract_schema: contract,
    ...change,
  });
  if (answer.status !== 201) throw new Error(`the task was refused: ${JSON.stringify(answer.body)}`);
  return answer.body.id;
}

/** A manifest with these steps; answers its id. */
export async function putManifest(api: Api, steps: readonly JsonObject[], change: JsonObject = {}): Promise<string> {
  names += 1;
  const params_schema = { type: "object", properties: { topic: { type: "string" } }, required: ["topic"] };
  const made = await api.send<ManifestView>("POST", "/api/manifests", {
    name: `manifest-${process.pid}-${names}`,
    params_schema,
    ...change,
  });
  if (made.status !== 201) throw new Error(`the manifest was refused: ${JSON.stringify(made.body)}`);
  const put = await api.send("PUT", `/api/manifests/${made.body.id}/steps`, steps);
  if (put.status !== 200) throw new Error(`the steps were refused: ${JSON.stringify(put.body)}`);
  return made.body.id;
}

export const sheet: JsonObject = { executor: "spreadsheet", inputs: [], outputs: ["model"], verification: "operator_attest" };

/** task `first` → compute `sheet` → task `last`. */
export async function putPausingManifest(api: Api, task: JsonObject = {}): Promise<string> {
  const task_id = await putTask(api, task);
  return putManifest(api, [
    { step_key: "first", task_id },
    { step_key: "sheet", step_type: "compute", depends_on: ["first"], compute_contract: sheet },
    { step_key: "last", task_id, depends_on: ["sheet"] },
  ]);
}

/** A chain of `length` task steps. */
export async function putChain(api: Api, length: number, task: JsonObject = {}): Promise<string> {
  const task_id = await putTask(api, task);
  const steps = Array.from({ length }, (_, index) => ({
    step_key: `s${index}`,
    task_id,
    depends_on: index === 0 ? [] : [`s${index - 1}`],
  }));
  return putManifest(api, steps);
}

/** Starts a run and waits until it rests (at most `waitSeconds`). */
export async function startRun(api: Api, manifestId: string, waitSeconds = 30): Promise<RunView> {
  const headers: Record<string, string> = waitSeconds > 0 ? { prefer: `wait=${waitSeconds}` } : {};
  const answer = await api.send<RunView>(
    "POST",
    "/api/runs",
    { manifest_id: manifestId, initiated_by: "alice", run_params: { topic: "rain" } },
    headers,
  );
  if (answer.status !== 201) throw new Error(`the run was refused: ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** The statuses of answers that came in no order. */
export function statusesOf(answers: readonly Answer<unknown>[]): readonly number[] {
  return answers.map((answer) => answer.status).toSorted((a, b) => a - b);
}

export const attestation: JsonObject = {
  attested_by: "bob",
  outcome: "SUCCESS",
  artifacts: [{ name: "model", uri: "file:///model.csv", sha256: "a".repeat(64), bytes: 10 }],
};
