import type { Actor } from "../domain/actor.ts";
import { runEventKinds } from "../domain/event.ts";
import type { RunEventKind } from "../domain/event.ts";
import { parseStepKey, parseUuid } from "../domain/ids.ts";
import type { CommandId, RunId, StepKey } from "../domain/ids.ts";
import { parseInstant } from "../domain/instant.ts";
import type { Instant } from "../domain/instant.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { err, ok } from "../domain/result.ts";
import type { Result } from "../domain/result.ts";
import { parseSha256 } from "../domain/sha256.ts";
import type { Sha256 } from "../domain/sha256.ts";
import { artifactRoles } from "../domain/transition.ts";
import type { ArtifactRole } from "../domain/transition.ts";
import { entryVersion } from "./entry.ts";
import type { EntryKind } from "./entry.ts";

export interface EntryRef {
  readonly role: ArtifactRole;
  readonly type: string;
  readonly size: number;
  readonly c: Sha256;
}

/** An entry read back. Whoever wrote the bytes may be an enemy, so nothing here is trusted before it was checked. */
export interface Entry<Kind extends EntryKind = RunEventKind> {
  readonly log: string;
  readonly run: RunId;
  readonly seq: number;
  readonly prev: Sha256 | null;
  readonly kind: Kind;
  readonly step: StepKey | null;
  readonly attempt: number | null;
  readonly at: Instant;
  readonly actor: Actor;
  readonly epoch: number;
  readonly cmd: CommandId | null;
  readonly data: JsonObject;
  readonly refs: readonly EntryRef[];
}

/** The fault of bytes that are no entry: which member, what was expected, what was found. */
export interface EntryFault {
  readonly field: string;
  readonly expected: string;
  readonly found: string;
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const membersText = "actor,at,attempt,cmd,data,epoch,kind,log,prev,refs,run,seq,step,v";

/** Reads the form of a run's entry. That its bytes are canonical is checked apart (`verify`), since the hot path wrote them itself. */
export function readEntry(body: Uint8Array): Result<Entry, EntryFault> {
  const read = readEntryText(body);
  return read.ok ? readEntryValue(read.value.value, runEventKinds) : read;
}

/** The text of an entry's bytes and the JSON it is. */
export function readEntryText(body: Uint8Array): Result<{ readonly text: string; readonly value: Json }, EntryFault> {
  try {
    const text = decoder.decode(body);
    return ok({ text, value: JSON.parse(text) as Json });
  } catch (error) {
    return err({ field: "body", expected: "one JSON object in UTF-8", found: error instanceof Error ? error.message : "other bytes" });
  }
}

/** The form of an entry of one of these kinds: of a run, or of the register. */
export function readEntryValue<Kind extends EntryKind>(value: Json, kinds: readonly Kind[]): Result<Entry<Kind>, EntryFault> {
  if (!isJsonObject(value)) return err({ field: "body", expected: "a JSON object", found: typeof value });
  const found = Object.keys(value).sort().join(",");
  if (found !== membersText) return err({ field: "body", expected: `members ${membersText}`, found });
  return readMembers(value, kinds);
}

function readMembers<Kind extends EntryKind>(value: JsonObject, kinds: readonly Kind[]): Result<Entry<Kind>, EntryFault> {
  const { v, log, kind, data, epoch, seq, attempt } = value;
  const step = typeof value["step"] === "string" ? parseStepKey(value["step"]) : null;
  const run = typeof value["run"] === "string" ? parseUuid<RunId>(value["run"]) : null;
  const prev = typeof value["prev"] === "string" ? parseSha256(value["prev"]) : null;
  const cmd = typeof value["cmd"] === "string" ? parseUuid<CommandId>(value["cmd"]) : null;
  const at = typeof value["at"] === "string" ? parseInstant(value["at"]) : null;
  const actor = readActor(value["actor"]);
  const refs = readRefs(value["refs"]);
  if (v !== entryVersion) return fault("v", entryVersion, v);
  if (typeof log !== "string") return fault("log", "a text", log);
  if (run === null) return fault("run", "a UUID", value["run"]);
  if (!isCount(seq)) return fault("seq", "an integer from 0", seq);
  if (value["prev"] !== null && prev === null) return fault("prev", "null or 64 hexadecimal digits", value["prev"]);
  const known = kinds.find((name) => name === kind);
  if (known === undefined) return fault("kind", "a known kind", kind);
  if (value["step"] !== null && step === null) return fault("step", "null or a step key", value["step"]);
  if (attempt !== null && !isCount(attempt)) return fault("attempt", "null or an integer from 1", attempt);
  if (at === null) return fault("at", "RFC 3339 UTC with microseconds", value["at"]);
  if (actor === null) return fault("actor", "{cred, id, type}", value["actor"]);
  if (!isCount(epoch)) return fault("epoch", "an integer from 0", epoch);
  if (value["cmd"] !== null && cmd === null) return fault("cmd", "null or a UUID", value["cmd"]);
  if (!isJsonObject(data)) return fault("data", "an object", data);
  if (refs === null) return fault("refs", "a list of {c, role, size, type}", value["refs"]);
  return ok({ log, run, seq, prev, kind: known, step, attempt, at, actor, epoch, cmd, data, refs });
}

function fault(field: string, expected: string, found: Json | undefined): Result<never, EntryFault> {
  return err({ field, expected, found: (found === undefined ? "nothing" : JSON.stringify(found)).slice(0, 200) });
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function readActor(value: Json | undefined): Actor | null {
  if (!isJsonObject(value)) return null;
  const { type, id, cred } = value;
  if (type === "engine" && id === null && cred === null) return { type: "engine" };
  if (type === "operator" && typeof id === "string" && (cred === null || typeof cred === "string")) return { type, id, credential: cred };
  return null;
}

function readRefs(value: Json | undefined): readonly EntryRef[] | null {
  if (!Array.isArray(value)) return null;
  const refs: EntryRef[] = [];
  for (const item of value as readonly Json[]) {
    if (!isJsonObject(item)) return null;
    const role = artifactRoles.find((name) => name === item["role"]);
    const c = typeof item["c"] === "string" ? parseSha256(item["c"]) : null;
    const { type, size } = item;
    if (role === undefined || c === null || typeof type !== "string" || !isCount(size)) return null;
    refs.push({ role, type, size, c });
  }
  return refs;
}
