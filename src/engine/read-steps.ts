import { parseStepKey, parseUuid } from "../domain/ids.ts";
import type { StepKey, TaskId } from "../domain/ids.ts";
import { isJsonArray, isJsonObject, jsonPointerTokens } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { verificationModes } from "../domain/manifest.ts";
import type { Approvals, ChainSource, ComputeContract, DeclaredOutput, Step } from "../domain/manifest.ts";
import type { Issue } from "../domain/rejection.ts";
import { compileContract } from "../policy/contract.ts";
import { itemsOf, membersOf, numberOr, prefixed, textOr } from "./input-fields.ts";

/** A step as its author wrote it, each part as far as it could be read; for the checks that look at several steps. */
export interface StepDraft {
  readonly index: number;
  readonly key: StepKey;
  readonly type: "task" | "compute";
  readonly taskId: TaskId | null;
  readonly dependsOn: readonly StepKey[];
  readonly chaining: ReadonlyMap<string, ChainSource>;
  readonly config: JsonObject;
  readonly orderIndex: number | null;
  readonly contract: ComputeContract | null;
}

export interface ReadSteps {
  readonly drafts: readonly StepDraft[];
  /** Steps with all defaults filled in; whole only when there are no issues. */
  readonly steps: readonly Step[];
  readonly issues: readonly Issue[];
}

/** Takes well-shaped steps apart, each by itself. */
export function readSteps(input: readonly Json[]): ReadSteps {
  const issues: Issue[] = [];
  const drafts = input.map((item, index) => draftOf(membersOf(item), index, issues));
  return { drafts, steps: drafts.flatMap(stepOf), issues };
}

function draftOf(input: JsonObject, index: number, issues: Issue[]): StepDraft {
  const at = `/${index}`;
  const type = input["step_type"] === "compute" ? "compute" : "task";
  const taskId = typeof input["task_id"] === "string" ? parseUuid<TaskId>(input["task_id"]) : null;
  const contract = isJsonObject(input["compute_contract"]) ? computeContract(input["compute_contract"]) : null;
  const draft: StepDraft = {
    index,
    key: stepKey(input["step_key"], `${at}/step_key`, issues),
    type,
    taskId,
    dependsOn: itemsOf(input["depends_on"]).map((item, place) => stepKey(item, `${at}/depends_on/${place}`, issues)),
    chaining: chainingOf(membersOf(input["chaining"]), at, issues),
    config: membersOf(input["config"]),
    orderIndex: numberOr(input["order_index"], null),
    contract,
  };
  issues.push(
    ...kindIssues(draft, { at, lacks: (member) => input[member] === undefined || input[member] === null }),
    ...(contract === null ? [] : contractIssues(contract, `${at}/compute_contract`)),
  );
  return draft;
}

function stepKey(value: Json | undefined, pointer: string, issues: Issue[]): StepKey {
  const key = parseStepKey(textOr(value, ""));
  if (key !== null) return key;
  issues.push({ pointer, detail: "is not a step key" });
  // A stand-in that no author can write, one for each place: the step is refused, the checks after it go on.
  return `?${pointer}` as StepKey;
}

function chainingOf(input: JsonObject, at: string, issues: Issue[]): ReadonlyMap<string, ChainSource> {
  const chaining = new Map<string, ChainSource>();
  for (const [name, item] of Object.entries(input)) {
    const pointer = `${at}/chaining/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const { step, pointer: source } = membersOf(item);
    const fault = chainedNameFault(name);
    if (fault !== null) issues.push({ pointer, detail: fault });
    if (jsonPointerTokens(textOr(source, "")) === null)
      issues.push({ pointer: `${pointer}/pointer`, detail: "is not a JSON Pointer: it is empty or starts with /, and ~ is written ~0" });
    else chaining.set(name, { step: stepKey(step, `${pointer}/step`, issues), pointer: textOr(source, "") });
  }
  return chaining;
}

const reservedNames = ["params", "config", "upstream", "forloop", "true", "false", "nil", "null", "empty", "blank"];

function chainedNameFault(name: string): string | null {
  if (reservedNames.includes(name)) return `shadows ${name}, which has a meaning of its own in templates`;
  return /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/.test(name)
    ? null
    : "is not a name a template can use: a letter or underscore, then letters, digits, _ and -";
}

/** What belongs to one kind of step and not to the other. */
function kindIssues(
  draft: StepDraft,
  { at, lacks }: { readonly at: string; readonly lacks: (member: string) => boolean },
): readonly Issue[] {
  const { type, taskId, contract, chaining } = draft;
  const issues: Issue[] = [];
  if (type === "task" && lacks("task_id")) issues.push({ pointer: at, detail: "is a task step without a task_id" });
  if (type === "task" && contract !== null)
    issues.push({ pointer: `${at}/compute_contract`, detail: "stands at a task step: only compute steps have one" });
  if (type === "compute" && taskId !== null)
    issues.push({ pointer: `${at}/task_id`, detail: "stands at a compute step: only task steps have one" });
  if (type === "compute" && lacks("compute_contract")) issues.push({ pointer: at, detail: "is a compute step without a compute_contract" });
  if (type === "compute" && chaining.size > 0)
    issues.push({ pointer: `${at}/chaining`, detail: "stands at a compute step, which has no template" });
  return issues;
}

function computeContract(input: JsonObject): ComputeContract {
  return {
    executor: textOr(input["executor"], ""),
    inputs: itemsOf(input["inputs"]),
    outputs: itemsOf(input["outputs"]).map(declaredOutput),
    verification: verificationModes.find((mode) => mode === input["verification"]) ?? "operator_attest",
    ...(isJsonObject(input["approvals"]) ? { approvals: approvalsOf(input["approvals"]) } : {}),
    notes: textOr(input["notes"], ""),
    timeout_minutes: numberOr(input["timeout_minutes"], null),
    output_schema: isJsonObject(input["output_schema"]) ? input["output_schema"] : null,
  };
}

function approvalsOf(input: JsonObject): Approvals {
  const { required, of, signed } = input;
  const names = isJsonArray(of) ? of.flatMap((name) => (typeof name === "string" ? [name] : [])) : null;
  return { required: numberOr(required, null) ?? 2, of: names, signed: signed === true };
}

/** n of m can only be met when m is at least n; and what nobody asks for must not look as if it were asked for. */
function approvalIssues({ verification, approvals }: ComputeContract, at: string): readonly Issue[] {
  if (verification !== "four_eyes") {
    return approvals === undefined ? [] : [{ pointer: `${at}/approvals`, detail: `goes with four_eyes, not with ${verification}` }];
  }
  if (approvals === undefined) return [{ pointer: at, detail: "asks for four_eyes without approvals" }];
  const { required, of } = approvals;
  if (of === null || of.length >= required) return [];
  return [{ pointer: `${at}/approvals/of`, detail: `names ${of.length} persons where ${required} are required` }];
}

function declaredOutput(item: Json): DeclaredOutput {
  if (typeof item === "string") return { name: item, description: "" };
  const { name, description } = membersOf(item);
  return { name: textOr(name, ""), description: textOr(description, "") };
}

function contractIssues(contract: ComputeContract, at: string): readonly Issue[] {
  const issues: Issue[] = [...approvalIssues(contract, at)];
  const seen = new Set<string>();
  for (const [place, { name }] of contract.outputs.entries()) {
    if (seen.has(name))
      issues.push({ pointer: `${at}/outputs/${place}`, detail: `declares the output ${JSON.stringify(name)} a second time` });
    if (["__proto__", "constructor", "prototype"].includes(name))
      issues.push({ pointer: `${at}/outputs/${place}`, detail: "is a name that is not allowed" });
    seen.add(name);
  }
  const compiled = contract.output_schema === null ? null : compileContract(contract.output_schema);
  if (compiled !== null && !compiled.ok) issues.push(...prefixed(`${at}/output_schema`, compiled.error));
  return issues;
}

function stepOf(draft: StepDraft): readonly Step[] {
  const { key: step_key, dependsOn: depends_on, config, orderIndex: order_index } = draft;
  const base = { step_key, depends_on, config, order_index };
  if (draft.type === "compute") return draft.contract === null ? [] : [{ ...base, step_type: "compute", compute_contract: draft.contract }];
  return draft.taskId === null ? [] : [{ ...base, step_type: "task", task_id: draft.taskId, chaining: Object.fromEntries(draft.chaining) }];
}
