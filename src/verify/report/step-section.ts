import { signatureClassOf } from "../../domain/attestation.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Attestation } from "../../domain/attestation.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { PolicyReport } from "../../domain/outcome.ts";
import type { PlannedStep, PlannedTaskStep } from "../../domain/plan.ts";
import type { StepRun } from "../../domain/run.ts";
import type { Outcome } from "../../engine/outcome.ts";
import type { Entry } from "../../ledger/read-entry.ts";
import { providerMessages } from "../../llm/provider-messages.ts";
import { guarded } from "../guarded.ts";
import { readAttestation } from "../replay/read-recorded.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";
import { readPrompt, readPretty, readShownOutcome, readText } from "./read-shown.ts";
import { artifactOf, entriesOfStep } from "./report-record.ts";
import type { ReportRecord } from "./report-record.ts";
import { fact, quoted, shownActor, shownTime } from "./words.ts";
import { wordOf } from "../word.ts";

/** All about one step: what was asked, what came back, the explanation set apart, each verdict, and what flowed on. */
export function stepSection(shown: ReportRecord, step: PlannedStep): Html {
  const entries = entriesOfStep(shown, step.step_key);
  const state = shown.verified.retraced?.run?.steps.get(step.step_key);
  return html`<section class="step">
<h3>${step.step_key} ${stepBadge(state)}</h3>
${step.step_type === "task" ? taskFacts(step) : computeFacts(step)}
${entries.map((entry) => entryPart(shown, step, entry))}
</section>`;
}

const stepStyles: Readonly<Record<StepRun["status"], string>> = {
  RUNNING: "warn",
  WAITING_FOR_ATTESTATION: "warn",
  SUCCESS: "good",
  FAIL: "bad",
  SKIPPED: "faint",
};

function stepBadge(state: StepRun | undefined): Html {
  if (state === undefined) return html`<span class="status faint">NOT BEGUN</span>`;
  return html`<span class="status ${stepStyles[state.status]}">${state.status.replaceAll("_", " ")}</span>`;
}

function taskFacts({ task, model, depends_on }: PlannedTaskStep): Html {
  const { definition, version, digest } = task;
  const settings = [
    ["temperature", model.temperature],
    ["output tokens at most", model.max_output_tokens],
    ["seed", model.seed],
  ].flatMap(([name, value]) => (value === null ? [] : [`${name} ${value}`]));
  return html`<table class="facts"><tbody>
${fact("Task", html`${definition.name}, version ${version}<br><code>${digest}</code>`)}
${fact("Model asked for", html`${model.model}, provider ${model.provider}${settings.length === 0 ? "" : `; ${settings.join(", ")}`}`)}
${fact("After", depends_on.join(", ") || "nothing")}
</tbody></table>`;
}

function computeFacts({ compute_contract: contract, depends_on }: Extract<PlannedStep, { step_type: "compute" }>): Html {
  return html`<table class="facts"><tbody>
${fact("Work outside", contract.executor)}
${fact("Must deliver", contract.outputs.map(({ name }) => name).join(", ") || "nothing in particular")}
${contract.notes === "" ? null : fact("Instructions", contract.notes)}
${fact("After", depends_on.join(", ") || "nothing")}
</tbody></table>`;
}

function entryPart(shown: ReportRecord, step: PlannedStep, entry: Entry): Html {
  switch (entry.kind) {
    case "step.started":
      return started(shown, entry);
    case "step.interrupted":
      return html`<h4>Attempt ${entry.attempt ?? ""} interrupted <small>entry ${entry.seq} · ${shownTime(entry.at)}</small></h4><p>Its request is on record, a reply is not and never will be: what came of the call is unknown.</p>`;
    case "step.waiting":
      return html`<h4>Waiting for people <small>entry ${entry.seq} · ${shownTime(entry.at)}</small></h4>`;
    case "attestation.submitted":
      return attested(shown, entry);
    case "attestation.verified":
      return html`<div class="act"><p><b>${shownActor(entry)}</b> verified the attestation (${classWords(entry)}), entry ${entry.seq}, ${shownTime(entry.at)}.</p></div>`;
    case "attestation.rejected":
      return html`<div class="act"><p><b>${shownActor(entry)}</b> <span class="bad">rejected</span> the attestation (${classWords(entry)}), entry ${entry.seq}, ${shownTime(entry.at)}.</p></div>`;
    case "step.skipped":
      return html`<p>Skipped, because ${entry.data["because"] === null ? "the run was cancelled" : `step ${wordOf(entry.data["because"])} failed`} (entry ${entry.seq}).</p>`;
    case "step.attempt_failed":
    case "step.succeeded":
    case "step.failed":
      return ended(shown, step, entry);
    default:
      return html``;
  }
}

function started(shown: ReportRecord, entry: Entry): Html {
  const request = artifactOf(shown, entry, "request");
  const prompt = request?.content === null || request === null ? null : readPrompt(request.content);
  return html`<h4>Prompt of attempt ${entry.attempt ?? ""} <small>entry ${entry.seq} · ${shownTime(entry.at)}</small></h4>
${request === null ? null : prompt === null ? gone(request.name, request.content) : quoted(prompt, `in artifact ${request.name}`)}`;
}

function ended(shown: ReportRecord, step: PlannedStep, entry: Entry): Html {
  const artifact = artifactOf(shown, entry, "outcome");
  const outcome = artifact?.content === null || artifact === null ? null : readShownOutcome(artifact.content);
  const words = {
    "step.succeeded": "Succeeded",
    "step.attempt_failed": "Attempt failed, another was due",
    "step.failed": "Failed",
  } as const;
  const word = entry.kind === "step.succeeded" || entry.kind === "step.attempt_failed" ? words[entry.kind] : words["step.failed"];
  return html`${step.step_type === "task" ? reply(shown, step, entry) : null}
${artifact !== null && outcome === null ? gone(artifact.name, artifact.content) : null}
${outcome?.rationale === null || outcome === null ? null : explanation(outcome.rationale)}
${outcome?.report === null || outcome === null ? null : verdicts(outcome.report)}
<h4>${word} <small>entry ${entry.seq} · ${shownTime(entry.at)}</small></h4>
${outcome === null ? null : conclusion(outcome, entry)}`;
}

function conclusion({ output, error }: Outcome, entry: Entry): Html {
  if (error !== null) return html`<p class="bad"><b>${error.code}</b>: ${error.detail}</p>`;
  if (output === null) return html``;
  return html`<h4>Canonical output: the only thing that flowed on</h4>${quoted(readPretty(output.bytes), `in the outcome of entry ${entry.seq}`)}`;
}

function reply(shown: ReportRecord, { model }: PlannedTaskStep, entry: Entry): Html | null {
  if (entry.attempt === null) return null;
  const artifact = artifactOf(shown, entry, "reply");
  const { model: named, provider_status: status, latency_ms: latency, usage } = entry.data;
  const tokens = typeof usage === "object" && usage !== null && !Array.isArray(usage) ? usage : {};
  const said = [
    status === null ? "no answer arrived" : `status ${wordOf(status)}`,
    typeof named === "string" ? `the reply names the model ${named}` : null,
    `${wordOf(latency)} ms`,
    "input_tokens" in tokens && tokens["input_tokens"] !== null ? `${wordOf(tokens["input_tokens"])} tokens in` : null,
    "output_tokens" in tokens && tokens["output_tokens"] !== null ? `${wordOf(tokens["output_tokens"])} tokens out` : null,
  ].filter((part) => part !== null);
  const head = html`<h4>Reply to attempt ${entry.attempt} <small>${said.join(" · ")}</small></h4>`;
  if (artifact === null) return head;
  const { content } = artifact;
  if (content === null) return html`${head}${gone(artifact.name, null)}`;
  const read =
    typeof status === "number"
      ? guarded(() =>
          providerMessages[model.provider].read({ arrived: true, status, body: content, retryAfterSeconds: null, latencyMs: 0 }),
        )
      : null;
  if (read?.ok === true && read.value.ok) return html`${head}${quoted(read.value.value.text, `in artifact ${artifact.name}`)}`;
  const raw = readText(content);
  return html`${head}<p class="faint">The bytes as they came${raw.isText ? "" : ", which are not text"}:</p>${quoted(raw.text, `artifact ${artifact.name}`)}`;
}

function explanation(rationale: JsonObject): Html {
  return html`<div class="explanation"><h4>The model's explanation</h4><p>Recorded and shown; it decided nothing and no later step saw it.</p>${quoted(JSON.stringify(rationale, null, 2), "in the outcome")}</div>`;
}

function verdicts({ verdict, rules }: PolicyReport): Html {
  const rows = rules.map(
    (rule) =>
      html`<tr><td>${rule.rule}</td><td class="${rule.verdict === "PASS" ? "good" : "bad"}"><b>${rule.verdict}</b></td><td>${rule.reason ?? ""}</td></tr>`,
  );
  return html`<h4>Verdict of contract and policy: ${verdict}</h4><table><thead><tr><th>Rule</th><th>Verdict</th><th>Reason</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function attested(shown: ReportRecord, entry: Entry): Html {
  const read = guarded(() => readAttestation(shown.artifacts, entry));
  const head = html`<p><b>${shownActor(entry)}</b> attested <b>${wordOf(entry.data["outcome"])}</b> (${classWords(entry)}), entry ${entry.seq}, ${shownTime(entry.at)}.</p>`;
  const attestation = read.ok ? read.value : null;
  return html`<div class="act">${head}${attestation === null ? gone(`${entry.seq}.0`, null) : statement(attestation)}</div>`;
}

/** How sure the record is of who it was: the weaker class is shown as what it is. */
function classWords({ actor, data }: Entry): string {
  const credential = actor.type === "operator" ? actor.credential : null;
  const words = { anonymous: "a name that nobody checked", token: "let in by a token, not signed", signed: "signed with their own key" };
  return words[signatureClassOf(credential, isJsonObject(data["signature"]))];
}

function statement({ notes, artifacts, output }: Attestation): Html {
  const rows = artifacts.map(
    ({ name, uri, sha256, bytes }) =>
      html`<tr><td>${name}</td><td class="mono">${uri}</td><td>${bytes === null ? "" : String(bytes)}</td><td class="mono">${sha256 ?? ""}</td></tr>`,
  );
  return html`${notes === null ? null : html`<p>${notes}</p>`}
${rows.length === 0 ? null : html`<table><thead><tr><th>Output</th><th>Where</th><th>Bytes</th><th>SHA-256, as stated</th></tr></thead><tbody>${rows}</tbody></table>`}
${output === null ? null : html`<h4>Stated output</h4>${quoted(JSON.stringify(output, null, 2), "in the attestation")}`}`;
}

function gone(name: string, content: Uint8Array | null): Html {
  if (content === null) return html`<p class="warn">Artifact ${name} is not here: it was withheld or erased.</p>`;
  return html`<p class="faint">Artifact ${name} as it stands:</p>${quoted(readText(content).text, `artifact ${name}`)}`;
}
