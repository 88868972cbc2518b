import { hexOf } from "../hex.ts";
import { firstPage } from "./first-page.ts";
import { html } from "./html.ts";
import type { Html } from "./html.ts";
import { openRecord } from "./report-record.ts";
import type { ReportRecord } from "./report-record.ts";
import { stepSection } from "./step-section.ts";
import { style } from "./style.ts";
import { shownActor, shownTime } from "./words.ts";

export const reportVersion = "rm-report/1";

/** Kept in the page itself, so that it holds wherever the file is opened: nothing is loaded, nothing runs. */
const contentPolicy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The report of a run as one HTML page without script. A function of the record alone: the same record, the same bytes. */
export function renderReport(parts: Pick<ReportRecord, "record" | "log" | "verified" | "seal">): Uint8Array {
  const shown = openRecord(parts);
  const { plan, record } = shown;
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${contentPolicy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="${reportVersion}">
<title>${plan?.manifest.name ?? "Run"} · ${record.runId}</title>
<style>${styleSheet}</style>
</head>
<body>
${firstPage(shown)}
<h2>Steps</h2>
${plan === null ? html`<p>The plan of this run is not in the record, or not the one it names.</p>` : plan.steps.map((step) => stepSection(shown, step))}
<h2>Every entry</h2>
${entryTable(shown)}
<footer>Format ${reportVersion}. Text in boxes is quoted from the record, where it was written by authors, models and operators. The record is tamper-evident: a change shows to whoever checks it against a key or a receipt of their own.</footer>
</body>
</html>
`;
  return new TextEncoder().encode(page.markup);
}

/** Written here, so it is markup; it holds no character that markup would need escaped. */
const styleSheet: Html = { markup: style };

function entryTable({ entries, record }: ReportRecord): Html {
  const rows = entries.map(
    (entry, index) =>
      html`<tr><td>${entry.seq}</td><td class="when">${shownTime(entry.at)}</td><td>${entry.kind}</td><td>${entry.step ?? ""}</td><td>${shownActor(entry)}</td><td class="mono hash">${hexOf(record.entries[index]?.leaf ?? new Uint8Array()).slice(0, 16)}</td></tr>`,
  );
  return html`<table class="entries"><thead><tr><th>Entry</th><th>When</th><th>What</th><th>Step</th><th>Who</th><th>Hash begins</th></tr></thead><tbody>${rows}</tbody></table>`;
}
