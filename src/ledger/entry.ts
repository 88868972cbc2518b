import type { Actor } from "../domain/actor.ts";
import { assert } from "../domain/assert.ts";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { RunEventKind } from "../domain/event.ts";
import type { RegisterEventKind } from "../domain/register-event.ts";
import type { CommandId, RunId } from "../domain/ids.ts";
import type { Instant } from "../domain/instant.ts";
import type { StoredArtifact, StoredEntry } from "../domain/transition.ts";
import type { ArtifactDraft, EventDraft } from "./encode-event.ts";
import { commitmentOf, leafOf } from "./leaf.ts";

export const entryVersion = "rm-entry/1";
/** tlog-tiles entry bundles carry a 16-bit length; a quarter of that leaves room and is far above what entries need. */
export const entryBytesMax = 16_384;

/** What an entry may say: something of a run, or something of the register. */
export type EntryKind = RunEventKind | RegisterEventKind;

/** What an entry says beside its event (LEDGER 1.1). `at` is a claim of the database clock, not evidence of time. */
export interface EntryPlace {
  /** Origin of the ledger: binds the entry to this log. */
  readonly log: string;
  readonly runId: RunId;
  readonly seq: number;
  /** Leaf of entry seq - 1; null at 0. */
  readonly prev: Uint8Array | null;
  readonly at: Instant;
  readonly actor: Actor;
  readonly epoch: number;
  readonly cmd: CommandId | null;
}

/** The RFC 8785 bytes of one entry, its leaf, and its artifacts each under a fresh salt. */
export function encodeEntry(
  kind: EntryKind,
  draft: EventDraft,
  place: EntryPlace,
  newSalt: () => Uint8Array,
): { readonly entry: StoredEntry; readonly artifacts: readonly StoredArtifact[] } {
  const artifacts = draft.artifacts.map((artifact, n) => ({ seq: place.seq, n, salt: newSalt(), ...artifact }));
  const body = Buffer.from(entryText(kind, draft, place, artifacts.map(refText)));
  assert(body.length <= entryBytesMax, `entry ${place.seq} of run ${place.runId} has ${body.length} bytes, more than ${entryBytesMax}`);
  return { entry: { seq: place.seq, body, leaf: leafOf(body) }, artifacts };
}

/** Written member by member in the order RFC 8785 asks for: the members are fixed, so sorting them each time would be waste. */
function entryText(kind: EntryKind, draft: EventDraft, place: EntryPlace, refs: readonly string[]): string {
  const { log, runId, seq, prev, at, actor, epoch, cmd } = place;
  const step = draft.step === null ? "null" : JSON.stringify(draft.step);
  return (
    `{"actor":${actorText(actor)},"at":"${at}","attempt":${draft.attempt},"cmd":${cmd === null ? "null" : `"${cmd}"`},` +
    `"data":${canonicalJson(draft.data)},"epoch":${epoch},"kind":"${kind}","log":${canonicalJson(log)},` +
    `"prev":${prev === null ? "null" : `"${Buffer.from(prev).toString("hex")}"`},"refs":[${refs.join(",")}],` +
    `"run":"${runId}","seq":${seq},"step":${step},"v":"${entryVersion}"}`
  );
}

function actorText(actor: Actor): string {
  if (actor.type === "engine") return '{"cred":null,"id":null,"type":"engine"}';
  return canonicalJson({ cred: actor.credential, id: actor.id, type: actor.type });
}

function refText(artifact: ArtifactDraft & { readonly salt: Uint8Array }): string {
  const { role, mediaType, content, salt } = artifact;
  return `{"c":"${commitmentOf(salt, content)}","role":"${role}","size":${content.length},"type":"${mediaType}"}`;
}
