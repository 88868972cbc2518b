import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// Types carry the rules: each of these lines is a mistake somebody could make, and the compiler must refuse it. The lawful
// ones beside them prove that it refuses the mistake and not the spelling.

const here = fileURLToPath(new URL("..", import.meta.url));

const names = `
import type { CanonicalOutput, Admission, PolicyReport } from "../src/domain/outcome.ts";
import type { Json, JsonObject } from "../src/domain/json.ts";
import type { ManifestId, RunId, StepKey, StepRunId, TaskId } from "../src/domain/ids.ts";
import type { ReadReply } from "../src/domain/model-call.ts";
import type { CheckedManifest, Manifest } from "../src/domain/manifest.ts";
import type { CheckedTask, Task } from "../src/domain/task.ts";
import type { RenderedPrompt } from "../src/domain/prompt.ts";
import type { Run, StepRun } from "../src/domain/run.ts";
import type { RunEvent } from "../src/domain/event.ts";
import type { Sha256 } from "../src/domain/sha256.ts";
import type { CompiledTask } from "../src/engine/compiled-task.ts";
import type { StepInput } from "../src/engine/render-prompt.ts";
import type { TaskView } from "../src/domain/view.ts";
import { admit } from "../src/engine/admit.ts";
import { checkTask } from "../src/engine/check-task.ts";
import { evolve } from "../src/engine/evolve.ts";
import { renderPrompt } from "../src/engine/render-prompt.ts";
import { parseStepKey, parseUuid } from "../src/domain/ids.ts";
import { jsonOf } from "../src/domain/json.ts";
declare const compiled: CompiledTask, input: StepInput, reply: ReadReply, json: Json, object: JsonObject, key: StepKey, run: Run;
declare const task: Task, checked: CheckedTask, manifest: Manifest, output: CanonicalOutput, admission: Admission, report: PolicyReport, text: string;
declare const runId: RunId, taskId: TaskId;
declare function useOutput(value: CanonicalOutput): void;
declare function useChecked(value: CheckedTask | CheckedManifest): void;
declare function useRun(id: RunId): void;
declare function usePrompt(prompt: RenderedPrompt): void;
`;

const refused: readonly (readonly [name: string, line: string])[] = [
  ["the model's text as what a later step sees", "renderPrompt(compiled, { ...input, upstream: new Map([[key, reply.text]]) });"],
  ["parsed JSON as what a later step sees", "renderPrompt(compiled, { ...input, upstream: new Map([[key, json]]) });"],
  [
    "a value with its bytes, never admitted, as what a later step sees",
    "renderPrompt(compiled, { ...input, upstream: new Map([[key, { value: json, bytes: new Uint8Array() }]]) });",
  ],
  ["a raw reply as a step's success", 'evolve(run, { kind: "step.succeeded", step: key, output: reply });'],
  ["plain JSON as a step's success", 'const done: StepRun = { status: "SUCCESS", output: json, attempts: 1 };'],
  ["a canonical output made by hand", "useOutput({ value: json, bytes: new Uint8Array() });"],
  ["the output of an answer before it is known to be admitted", "useOutput(admission.output);"],
  ["an admission without a report", "const admitted: Admission = { admitted: true, output, rationale: object };"],
  ["a decision rationale in what a later step sees", "renderPrompt(compiled, { ...input, rationale: object });"],
  ["a task that no door has checked", "useChecked(task);"],
  ["a task made by hand", 'useChecked({ ...task, name: "t" });'],
  ["a manifest that no door has checked", "useChecked(manifest);"],
  ["the task of a check that may have refused", "useChecked(checkTask(json).value);"],
  ["plain text as a rendered prompt", "usePrompt(text);"],
  ["plain text as a run's id", "useRun(text);"],
  ["the id of a task as a run's id", "useRun(taskId);"],
  ["an id that may not be one", "useRun(parseUuid<RunId>(text));"],
  ["plain text as a step key", "run.steps.get(text);"],
  ["plain text as a digest", 'const digest: Sha256 = "0";'],
  ["the output of a step that may not have any", "run.steps.get(key)?.output;"],
  [
    "a failure with a code of one's own",
    'const failed: StepRun = { status: "FAIL", failure: { code: "unheard_of", detail: "" }, attempts: 1 };',
  ],
  ["a status that does not exist", 'const pending: StepRun = { status: "PENDING" };'],
  ["a run's state written over", 'run.state = { status: "success" };'],
  ["a step of a run written over", 'run.steps.set(key, { status: "WAITING_FOR_ATTESTATION", submission: null, answered: [] });'],
  ["a document changed after its check", 'checked.name = "other";'],
  ["a document that JSON cannot hold", "jsonOf({ at: new Date(), call: () => 1 });"],
];

const lawful: readonly (readonly [name: string, line: string])[] = [
  ["canonical output flows on", "renderPrompt(compiled, { ...input, upstream: new Map([[key, output]]) });"],
  [
    "what the gate admitted is canonical output",
    "const answer = admit(compiled, input, reply); if (answer.admitted) useOutput(answer.output);",
  ],
  ["what a door let through is a checked task", "const door = checkTask(json); if (door.ok) useChecked(door.value);"],
  ["a checked id is an id", "const id = parseUuid<RunId>(text); if (id !== null) useRun(id);"],
  ["a parsed step key finds a step", "const k = parseStepKey(text); if (k !== null) run.steps.get(k);"],
  ["a success has an output", 'const step = run.steps.get(key); if (step?.status === "SUCCESS") useOutput(step.output);'],
  ["a rendered prompt is one", "const prompt = renderPrompt(compiled, input); if (prompt.ok) usePrompt(prompt.value);"],
  ["a document is JSON", "jsonOf(task);"],
];

interface Growth {
  readonly list: string;
  /** The new member, unlike any other word, so that an error that is about it names it. */
  readonly member: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** What must not compile before it has an answer to the new member. */
  readonly refusedIn: readonly string[];
}

const growths: readonly Growth[] = [
  {
    list: "failure codes",
    member: "new_failure",
    file: "src/domain/failure.ts",
    from: '  "network",\n  "timeout",',
    to: '  "new_failure",\n  "network",\n  "timeout",',
    refusedIn: ["src/domain/failure.ts"],
  },
  {
    list: "rejections",
    member: "new_rejection",
    file: "src/domain/rejection.ts",
    from: '| { readonly code: "name_taken"',
    to: '| { readonly code: "new_rejection"; readonly detail: string }\n  | { readonly code: "name_taken"',
    refusedIn: ["src/http/problems.ts"],
  },
  {
    list: "faults",
    member: "new_fault",
    file: "src/domain/fault.ts",
    from: '  "overloaded",',
    to: '  "new_fault",\n  "overloaded",',
    refusedIn: ["src/http/problems.ts"],
  },
  {
    list: "statuses of a run",
    member: "new_run_status",
    file: "src/domain/run.ts",
    from: 'runStatuses = ["running",',
    to: 'runStatuses = ["new_run_status", "running",',
    refusedIn: ["src/cli/run-words.ts"],
  },
  {
    list: "statuses of a step",
    member: "NEW_STEP_STATUS",
    file: "src/domain/run.ts",
    from: "export type StepRun =",
    to: 'export type StepRun =\n  | { readonly status: "NEW_STEP_STATUS" }',
    refusedIn: ["src/cli/run-words.ts"],
  },
  {
    list: "commands",
    member: "new_command",
    file: "src/domain/command.ts",
    from: "export type RunCommand =",
    to: 'export type RunCommand =\n  | { readonly type: "new_command" }',
    refusedIn: ["src/engine/decide.ts"],
  },
  {
    list: "events",
    member: "run.new_event",
    file: "src/domain/event.ts",
    from: '| { readonly kind: "run.succeeded" }',
    to: '| { readonly kind: "run.succeeded" }\n  | { readonly kind: "run.new_event" }',
    refusedIn: ["src/engine/evolve.ts", "src/domain/projection.ts", "src/ledger/encode-event.ts"],
  },
  {
    list: "kinds of entries",
    member: "run.new_kind",
    file: "src/domain/event.ts",
    from: '  "run.succeeded",\n',
    to: '  "run.new_kind",\n  "run.succeeded",\n',
    refusedIn: ["src/ledger/read-fact.ts"],
  },
];

describe("the compiler", () => {
  let folder: string;
  let errors: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "reckon-types-"));
    await workspace(folder);
    for (const [index, [, line]] of refused.entries()) await writeFile(join(folder, `probe/refused-${index}.ts`), names + line);
    for (const [index, [, line]] of lawful.entries()) await writeFile(join(folder, `probe/lawful-${index}.ts`), names + line);
    errors = await compile(folder);
  });
  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  it.each(refused.map(([name], index) => [name, index] as const))("refuses %s", (_, index) => {
    expect(errors.get(`probe/refused-${index}.ts`) ?? []).not.toEqual([]);
    // The one mistake, not a name that has moved.
    for (const error of errors.get(`probe/refused-${index}.ts`) ?? []) expect(error).not.toMatch(/TS2307|TS2305|TS2304|TS2724/);
  });

  it.each(lawful.map(([name], index) => [name, index] as const))("knows that %s", (_, index) => {
    expect(errors.get(`probe/lawful-${index}.ts`) ?? []).toEqual([]);
  });

  it("finds nothing wrong with the sources themselves", () => {
    expect([...errors.keys()].filter((file) => file.startsWith("src/"))).toEqual([]);
  });
});

describe("a closed list that grows by one member does not compile until every table knows it", () => {
  let folder: string;
  let errors: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "reckon-types-"));
    await workspace(folder);
    for (const { file, from, to } of growths) {
      const source = await readFile(join(folder, file), "utf8");
      if (!source.includes(from)) throw new Error(`${file} no longer holds ${from}`);
      await writeFile(join(folder, file), source.replaceAll(from, to));
    }
    errors = await compile(folder);
  });
  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  it.each(growths)("$list", ({ member, refusedIn }) => {
    for (const file of refusedIn) expect(errors.get(file)?.join("\n") ?? `${file} compiles`).toContain(member);
  });
});

/** The sources without their tests, in a folder of their own, under the project's compiler options. */
async function workspace(folder: string): Promise<void> {
  await cp(join(here, "src"), join(folder, "src"), { recursive: true, filter: (path) => !path.endsWith(".test.ts") });
  await mkdir(join(folder, "probe"));
  await symlink(join(here, "node_modules"), join(folder, "node_modules"));
  const options = { extends: join(here, "tsconfig.json"), compilerOptions: { noUnusedLocals: false }, include: ["src", "probe"] };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(options));
  await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
}

/** The errors of each file, by the file's path. */
async function compile(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const compiler = join(here, "node_modules", "typescript", "bin", "tsc");
  const output = await new Promise<string>((resolve) => {
    execFile(
      process.execPath,
      [compiler, "--noEmit", "--pretty", "false"],
      { cwd: folder, maxBuffer: 16 * 1024 * 1024 },
      (_, stdout, stderr) => resolve(stdout + stderr),
    );
  });
  const errors = new Map<string, string[]>();
  for (const [line, file = ""] of output.matchAll(/^(\S+?)\(\d+,\d+\): error TS.*$/gm))
    errors.set(file, [...(errors.get(file) ?? []), line]);
  return errors;
}
