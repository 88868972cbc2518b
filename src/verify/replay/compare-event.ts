import { canonicalJson } from "../../domain/canonical-json.ts";
import type { RunEvent } from "../../domain/event.ts";
import type { Plan } from "../../domain/plan.ts";
import { outcomeBytes } from "../../engine/outcome.ts";
import { draftEvent } from "../../ledger/encode-event.ts";
import type { ArtifactDraft, EventDraft } from "../../ledger/encode-event.ts";
import type { Entry } from "../../ledger/read-entry.ts";
import type { ArtifactIndex } from "../recorded-run.ts";

/** Where an entry is not what the machine makes of the record before it. */
export interface Difference {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

/** The first difference between an event as it must be and the entry that stands there; null when there is none. */
export function compareEvent(
  event: RunEvent,
  entry: Entry,
  record: { readonly plan: Plan; readonly artifacts: ArtifactIndex },
): Difference | null {
  if (event.kind !== entry.kind)
    return difference("kind", nameOf(event), entry.step === null ? entry.kind : `${entry.kind} of ${entry.step}`);
  const draft = draftEvent(event, record.plan, outcomeBytes);
  return (
    compareText("step", draft.step ?? "null", entry.step ?? "null") ??
    compareText("attempt", String(draft.attempt), String(entry.attempt)) ??
    compareMembers(draft, entry) ??
    compareRefs(draft.artifacts, entry, record.artifacts)
  );
}

/** An event in a few words: its kind, and the step it is about. */
export function nameOf(event: RunEvent): string {
  return "step" in event ? `${event.kind} of ${event.step}` : event.kind;
}

function compareMembers(draft: EventDraft, { data }: Entry): Difference | null {
  for (const name of new Set([...Object.keys(draft.data), ...Object.keys(data)])) {
    if (draft.data[name] === data[name]) continue;
    const [expected, found] = [draft.data[name], data[name]].map((value) => (value === undefined ? "nothing" : canonicalJson(value)));
    if (expected !== found) return difference(`data.${name}`, expected ?? "", found ?? "");
  }
  return null;
}

function compareRefs(drafts: readonly ArtifactDraft[], entry: Entry, artifacts: ArtifactIndex): Difference | null {
  const roles = (list: readonly { readonly role: string }[]): string => list.map(({ role }) => role).join(", ");
  if (roles(drafts) !== roles(entry.refs)) return difference("refs", roles(drafts) || "none", roles(entry.refs) || "none");
  for (const [n, draft] of drafts.entries()) {
    const ref = entry.refs[n];
    const stored = artifacts.get(`${entry.seq}.${n}`);
    if (ref === undefined || ref.type !== draft.mediaType) return difference(`refs[${n}].type`, draft.mediaType, ref?.type ?? "none");
    // What was erased or withheld cannot be compared; that it is absent is said elsewhere.
    if (stored === undefined) continue;
    const found = compareContents(draft, stored.content);
    if (found !== null) return { ...found, field: `artifact ${entry.seq}.${n} (${draft.role})${found.field}` };
  }
  return null;
}

const decoder = new TextDecoder();
const around = 40;

/** Names the first place where two contents part, for a member of a JSON document by its neighbourhood. */
function compareContents({ content }: ArtifactDraft, stored: Uint8Array): Difference | null {
  if (content === stored) return null;
  const shorter = Math.min(content.length, stored.length);
  let at = 0;
  while (at < shorter && content[at] === stored[at]) at += 1;
  if (at === content.length && at === stored.length) return null;
  const piece = (bytes: Uint8Array): string =>
    bytes.length <= at ? `the end, after ${bytes.length} bytes` : decoder.decode(bytes.subarray(Math.max(0, at - around), at + around));
  return difference(` at byte ${at}`, piece(content), piece(stored));
}

function compareText(field: string, expected: string, found: string): Difference | null {
  return expected === found ? null : difference(field, expected, found);
}

function difference(field: string, expected: string, found: string): Difference {
  return { field, expected, found };
}
