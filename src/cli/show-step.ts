import { isJsonObject } from "../domain/json.ts";
import type { Json } from "../domain/json.ts";
import type { AttemptView, StepRunView } from "../domain/view.ts";
import { CliError } from "./cli-error.ts";
import { sayNext } from "./run-snapshot.ts";
import type { RunSnapshot } from "./run-snapshot.ts";
import { stepMarks, stepRemark } from "./run-words.ts";
import type { Session } from "./session.ts";
import { fields } from "./table.ts";
import { oneLine, printable } from "./terminal.ts";
import { elapsed, shownTime } from "./times.ts";
import { documentOf, listOf, parseJson, textOf } from "./wire.ts";

/** All about one step, in the order in which it came about. The rationale stands apart: it explains and decides nothing. */
export async function showStep(session: Session, snapshot: RunSnapshot, key: string): Promise<void> {
  const step = snapshot.steps.find((candidate) => candidate.step_key === key || candidate.id === key);
  if (step === undefined)
    throw new CliError({
      exit: "error",
      code: "step_run_not_found",
      message: `run ${snapshot.run.id} has no step ${key} that has begun`,
      remedy: `see its steps with: reckon show ${snapshot.run.id}`,
    });
  const attempts = await Promise.all(
    step.attempts.map(async (attempt) => ({ attempt, ...(await readBodies(session, snapshot, attempt)) })),
  );
  if (session.json) {
    session.emit({ ...step, attempts: attempts.map(({ attempt, prompt, reply }) => ({ ...attempt, prompt, reply })) });
    return;
  }
  session.print(headOf(session, step));
  for (const { attempt, prompt, reply } of attempts) {
    section(session, `Attempt ${attempt.attempt}: prompt (artifact ${attempt.request_artifact})`, prompt);
    section(session, `Attempt ${attempt.attempt}: reply (${replyWords(attempt)})`, reply);
  }
  if (step.compute_contract !== null) section(session, "Compute contract", pretty(documentOf(step.compute_contract)));
  if (step.attestation !== null) section(session, "Attestation", pretty(documentOf(step.attestation)));
  if (step.decision_rationale !== null)
    section(session, "Decision rationale (the model's explanation; decides nothing)", pretty(step.decision_rationale));
  if (step.execution_policy_report !== null) section(session, policyTitle, reportLines(session, step));
  if (step.canonical_output !== null) section(session, "Canonical output", pretty(step.canonical_output));
  if (snapshot.run.waiting_for?.step_run_id === step.id) sayNext(session, snapshot);
}

function headOf(session: Session, step: StepRunView): string {
  const mark = stepMarks[step.status];
  const remark = stepRemark(step);
  return fields(
    [
      ["step", `${step.step_key} (${step.step_type})`],
      ["id", step.id],
      ["status", `${session.paint(mark.style, `${mark.glyph} ${step.status}`)}${remark === "" ? "" : ` ${oneLine(remark)}`}`],
      ["started", shownTime(step.started_at, session.utc)],
      [
        "ended",
        step.ended_at === null ? "-" : `${shownTime(step.ended_at, session.utc)} (took ${elapsed(step.started_at, step.ended_at, 0)})`,
      ],
    ],
    session.paint,
  );
}

async function readBodies(
  session: Session,
  { run }: RunSnapshot,
  attempt: AttemptView,
): Promise<{ readonly prompt: string; readonly reply: string | null }> {
  const read = async (ref: string): Promise<string> => {
    const { body } = await session.client.bytes(`/api/runs/${run.id}/artifacts/${ref}`);
    return new TextDecoder().decode(body);
  };
  const reply = attempt.reply_artifact === null ? null : await read(attempt.reply_artifact);
  return { prompt: messagesOf(await read(attempt.request_artifact)), reply };
}

/** The messages of a recorded request as text: the stub's `prompt`, what every provider calls `messages`, and Anthropic's `system`. Else as it is. */
function messagesOf(request: string): string {
  const body = parseJson(request);
  if (isJsonObject(body) && typeof body["prompt"] === "string") return body["prompt"];
  if (!isJsonObject(body) || !Array.isArray(body["messages"])) return request;
  const system: readonly Json[] = body["system"] === undefined ? [] : [{ role: "system", content: body["system"] }];
  return [...system, ...listOf(body["messages"])]
    .map((message) => (isJsonObject(message) ? `[${textOf(message["role"], "?")}]\n${contentOf(message["content"])}` : pretty(message)))
    .join("\n\n");
}

function contentOf(content: Json | undefined): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return pretty(content ?? null);
  return listOf(content)
    .map((part) => (isJsonObject(part) && typeof part["text"] === "string" ? part["text"] : pretty(part)))
    .join("\n");
}

function replyWords(attempt: AttemptView): string {
  const usage = attempt.usage === null ? [] : [`${attempt.usage.input_tokens ?? "?"} + ${attempt.usage.output_tokens ?? "?"} tokens`];
  const parts = [
    attempt.outcome,
    `provider ${attempt.provider}`,
    `model ${attempt.model_replied ?? attempt.model}`,
    ...(attempt.latency_ms === null ? [] : [`${Math.round(attempt.latency_ms)}ms`]),
    ...usage,
    ...(attempt.reply_artifact === null ? [] : [`artifact ${attempt.reply_artifact}`]),
  ];
  return oneLine(parts.join(", "));
}

function reportLines(session: Session, step: StepRunView): string {
  const report = step.execution_policy_report;
  if (report === null) return "";
  const lines = report.rules.map(
    (rule) =>
      `${rule.verdict === "PASS" ? session.paint("green", "PASS") : session.paint("red", "FAIL")} ${oneLine(rule.rule)}${rule.reason === null ? "" : `: ${oneLine(rule.reason)}`}`,
  );
  return [
    `${report.verdict === "PASS" ? session.paint("green", report.verdict) : session.paint("red", report.verdict)} overall`,
    ...lines,
  ].join("\n");
}

/** Its lines are made and painted here; every other body comes from the record and is made printable first. */
const policyTitle = "Policy report";

function section(session: Session, title: string, body: string | null): void {
  const safe = body === null ? session.paint("dim", "nothing arrived") : title === policyTitle ? body : printable(body);
  session.print(`\n${session.paint("bold", title)}\n${indent(safe)}\n`);
}

function indent(text: string): string {
  return text.replace(/^/gm, "  ");
}

function pretty(value: Json): string {
  return JSON.stringify(value, null, 2);
}
