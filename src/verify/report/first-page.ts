import type { RunState } from "../../domain/run.ts";
import type { Entry } from "../../ledger/read-entry.ts";
import { instantFromMicroseconds } from "../../domain/instant.ts";
import { hexOf } from "../hex.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";
import { readText } from "./read-shown.ts";
import { artifactOf } from "./report-record.ts";
import type { ReportRecord } from "./report-record.ts";
import { check, counted, fact, shownActor, shownTime } from "./words.ts";
import { wordOf } from "../word.ts";

/** One page: who, what, when, by which rules, with which human acts, what was verified, and what was not. */
export function firstPage(shown: ReportRecord): Html {
  const { record, plan } = shown;
  const title = plan === null ? "A record that cannot be read" : plan.manifest.name;
  return html`<section class="first">
<p class="sub">Report of one run</p>
<h1>${title} ${statusBadge(shown)}</h1>
<p class="sub mono">${record.runId}</p>
${alarm(shown)}
<h2>The run</h2>
<table class="facts"><tbody>${facts(shown)}</tbody></table>
<h2>What people did</h2>
${humanActs(shown)}
<h2>What was verified</h2>
<ul class="checks">${checks(shown)}</ul>
<h2>What was not verified</h2>
<ul class="checks">${limits(shown)}</ul>
</section>`;
}

const statusStyles: Readonly<Record<RunState["status"], string>> = {
  running: "warn",
  waiting: "warn",
  success: "good",
  error: "bad",
  cancelled: "bad",
};

function statusBadge({ verified }: ReportRecord): Html {
  const state = verified.retraced?.run?.state;
  if (state === undefined || verified.findings.length > 0) return html`<span class="status bad">DOES NOT VERIFY</span>`;
  return html`<span class="status ${statusStyles[state.status]}">${state.status.toUpperCase()}</span>`;
}

function alarm({ verified: { findings } }: ReportRecord): Html | null {
  if (findings.length === 0) return null;
  const rows = findings
    .slice(0, 50)
    .map(
      ({ seq, field, expected, found }) =>
        html`<tr><td>${seq === null ? "run" : `entry ${seq}`}</td><td>${field}</td><td class="mono">${expected}</td><td class="mono">${found}</td></tr>`,
    );
  return html`<div class="alarm"><p class="bad"><b>This record is not what the machine wrote.</b> ${counted(findings.length, "finding")}; nothing below can be relied on.</p>
<table><thead><tr><th>Where</th><th>Field</th><th>Expected</th><th>Found</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function facts(shown: ReportRecord): readonly Html[] {
  const { entries, plan, record, log } = shown;
  const [created] = entries;
  if (created === undefined) return [fact("Entries", "none that can be read")];
  const end = entries.find(({ kind }) => kind === "run.succeeded" || kind === "run.failed" || kind === "run.cancelled");
  const last = record.entries.at(-1);
  const rows = [
    fact("Started by", shownActor(created)),
    fact("Created", shownTime(created.at)),
    fact("Ended", end === undefined ? "not in this record" : html`${shownTime(end.at)}${endReason(end)}`),
  ];
  if (plan !== null) {
    const { manifest, engine, steps, max_parallel } = plan;
    const tasks = steps.flatMap((step) => (step.step_type === "task" ? [step] : []));
    const models = new Set(tasks.map(({ model }) => `${model.model} (provider ${model.provider})`));
    rows.push(
      fact("Manifest", html`${manifest.name}, version ${manifest.version}<br><code>${manifest.digest}</code>`),
      fact(
        "Plan",
        html`${counted(steps.length, "step")}, at most ${max_parallel} at once, rules of engine version ${engine}<br><code>${wordOf(created.data["plan"])}</code>`,
      ),
      fact("Model", [...models].join(", ") || "none"),
    );
  }
  rows.push(
    fact("Parameters", parameters(shown, created)),
    fact(
      "Record",
      html`${counted(record.entries.length, "entry", "entries")} of the ledger <span class="mono">${log}</span>; the last one's hash is<br><code>${hexOf(last?.leaf ?? new Uint8Array())}</code>`,
    ),
  );
  return rows;
}

function endReason({ kind, data }: Entry): string {
  if (kind === "run.failed") return `, because step ${wordOf(data["step"])} failed: ${wordOf(data["code"])}`;
  return kind === "run.cancelled" ? `, cancelled by ${wordOf(data["cancelled_by"])}` : "";
}

function parameters(shown: ReportRecord, created: Entry): Html {
  const params = artifactOf(shown, created, "params");
  if (params === null || params.content === null) return html`not in this record`;
  const { text } = readText(params.content);
  if (text.length <= parametersShownMax) return html`<pre>${text}</pre>`;
  return html`<pre>${text.slice(0, parametersShownMax)} …</pre><span class="faint">Cut; the whole is artifact ${params.name}.</span>`;
}

/** The first page is one page. */
const parametersShownMax = 300;

function humanActs({ entries }: ReportRecord): Html {
  const rows = entries.flatMap((entry) => {
    const what = actOf(entry);
    if (what === null) return [];
    return [html`<tr><td>${entry.seq}</td><td class="when">${shownTime(entry.at)}</td><td>${shownActor(entry)}</td><td>${what}</td></tr>`];
  });
  if (rows.length === 0) return html`<p>Nobody acted on this run after it was started.</p>`;
  return html`<table><thead><tr><th>Entry</th><th>When</th><th>Who</th><th>What</th></tr></thead><tbody>${rows}</tbody></table>`;
}

/** What a person did by an entry, in words; null for what the machine did, and for the start, which stands above. */
function actOf({ kind, step, data }: Entry): string | null {
  switch (kind) {
    case "attestation.submitted":
      return `attested ${wordOf(data["outcome"])} for step ${step ?? ""}`;
    case "attestation.verified":
      return `stood by the attestation of step ${step ?? ""}`;
    case "attestation.rejected":
      return `rejected the attestation of step ${step ?? ""}`;
    case "run.resumed":
      return "resumed the run";
    case "run.cancelled":
      return "cancelled the run";
    case "erasure.requested":
      return `asked for artifact ${wordOf(data["artifact"])} to be erased (${wordOf(data["legal_basis"])})`;
    case "artifact.erased":
      return `erased artifact ${wordOf(data["artifact"])}, as ${wordOf(data["requested_by"])} had asked (${wordOf(data["legal_basis"])})`;
    case "hold.placed":
      return "placed the run on hold";
    case "hold.released":
      return "lifted the hold";
    default:
      return null;
  }
}

function checks(shown: ReportRecord): readonly Html[] {
  const { record, verified, artifacts } = shown;
  const sound = verified.findings.length === 0 ? "yes" : "no";
  const judged = shown.entries.filter(
    ({ kind, attempt }) => attempt !== null && (kind === "step.succeeded" || kind === "step.failed" || kind === "step.attempt_failed"),
  );
  const unchecked = verified.retraced?.unreplayed.length ?? 0;
  return [
    sealCheck(shown),
    check(
      sound,
      html`The ${counted(record.entries.length, "entry", "entries")} stand in canonical form, each under its own hash and naming the one before it.`,
    ),
    check(
      sound,
      html`${counted(artifacts.size, "artifact")} (prompts, replies, verdicts, attestations) ${artifacts.size === 1 ? "is" : "are"} what the entries committed to.`,
    ),
    check(sound, html`The plan and each task definition stand under the digests that the first entry names.`),
    check(
      unchecked === 0 ? sound : "open",
      html`${counted(judged.length, "reply", "replies")} of models went through contract and policy again, and every step was scheduled again, with the recorded result${unchecked === 0 ? "" : `, except ${counted(unchecked, "entry", "entries")} whose content is gone`}.`,
    ),
  ];
}

/** That the proof leads to the checkpoint's root was checked; whose checkpoint it is, only a reader with keys can say. */
function sealCheck({ seal, verified }: ReportRecord): Html {
  if (seal === null) return html``;
  const { seq, index, size, origin, witnessedBy } = seal;
  const witnesses = witnessedBy.map(({ name, atSeconds }) => `${name} (${shownTime(instantFromMicroseconds(atSeconds * 1_000_000))})`);
  return check(
    verified.findings.length === 0 ? "yes" : "no",
    html`Entry ${seq}, and with it every entry before it, stands at place ${index} of the log <span class="mono">${origin}</span>, in its tree of ${size} entries${witnesses.length === 0 ? "" : `, cosigned by ${witnesses.join(", ")}`}.`,
  );
}

function sealLimit({ seal, record }: ReportRecord): Html {
  if (seal === null)
    return check(
      "open",
      html`<b>Seal.</b> No inclusion proof is in this export: that the record stands in a signed log, and since when, is not shown.`,
    );
  const rest = record.entries.length - 1 - seal.seq;
  if (rest > 0)
    return check(
      "open",
      html`<b>Seal.</b> The last ${counted(rest, "entry", "entries")} had not been sealed in the log when this was made.`,
    );
  return check("open", html`<b>Seal.</b> The signatures on the log's checkpoint were checked with keys that this export names itself.`);
}

function limits(shown: ReportRecord): readonly Html[] {
  const { verified, plan, entries } = shown;
  const unauthenticated = entries.some(({ actor }) => actor.type === "operator" && actor.credential === null);
  const isStub = plan?.steps.some((step) => step.step_type === "task" && step.model.provider === "stub") ?? false;
  const absent = verified.absent
    .map(
      ({ seq, n, role, erasedBy }) =>
        `${role} ${seq}.${n}${erasedBy === null ? " (withheld)" : ` (erased, authorised by entry ${erasedBy})`}`,
    )
    .join(", ");
  return [
    check(
      "open",
      html`<b>Origin.</b> This page is a reading of the record, made by whoever made it. Check the record itself: <code>reckon verify FILE --key KEY</code>, with a key that came to you another way.`,
    ),
    sealLimit(shown),
    verified.isOpen
      ? check("open", html`<b>The rest.</b> The run had not ended. What came after the last entry, if anything did, is not here.`)
      : html``,
    absent === ""
      ? html``
      : check("open", html`<b>Absent content.</b> ${absent}. The commitments stand, so nothing can be put in its place.`),
    unauthenticated ? check("open", html`<b>Identity.</b> Names of people are as they were given; nobody was authenticated.`) : html``,
    isStub
      ? check(
          "open",
          html`<b>No model.</b> Steps with provider <code>stub</code> were answered by the built-in rehearsal stub, not by a model.`,
        )
      : html``,
    check(
      "open",
      html`<b>Truth.</b> That a model's answer is right, that a provider ran the model it names, and that an attested statement is true, no ledger can show. Times are those of the database's clock.`,
    ),
  ];
}
