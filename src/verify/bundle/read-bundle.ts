import { parseUuid } from "../../domain/ids.ts";
import type { RunId } from "../../domain/ids.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Json } from "../../domain/json.ts";
import { err, ok } from "../../domain/result.ts";
import type { Result } from "../../domain/result.ts";
import type { StoredArtifact, StoredEntry } from "../../domain/transition.ts";
import { leafOf } from "../../ledger/leaf.ts";
import { logBase } from "../../ledger/log-family.ts";
import { readEntry } from "../../ledger/read-entry.ts";
import { bytesOfHex } from "../hex.ts";
import type { RunRecord } from "../run-record.ts";
import { fileNames, placeOf } from "./file-names.ts";
import { readTar } from "./tar.ts";
import type { TarFile } from "./tar.ts";

/** A run export taken apart. Its parts have not been compared with one another yet. */
export interface Bundle {
  readonly record: RunRecord;
  /** The ledger that its first entry claims to belong to, by its first name. */
  readonly log: string;
  /** Inclusion proofs (C2SP tlog-proof) by the entry they are for. */
  readonly proofs: ReadonlyMap<number, Uint8Array>;
  readonly report: Uint8Array | null;
  readonly description: Uint8Array | null;
}

/** Why bytes are no run export: where, what was expected there, and what was found. */
export interface BundleFault {
  readonly file: string;
  readonly expected: string;
  readonly found: string;
}

/** Takes an archive apart. What is wrong inside a part is for `verify` to say; here only that the parts are there. */
export function readBundle(archive: Uint8Array): Result<Bundle, BundleFault> {
  const files = readTar(archive);
  if (!files.ok) return err({ file: `byte ${files.error.at}`, expected: files.error.expected, found: files.error.found });
  return readBundleFiles(files.value);
}

/** The same for files that were unpacked already; their order is then the order of the format. */
export function readBundleFiles(files: readonly TarFile[]): Result<Bundle, BundleFault> {
  const byName = new Map(files.map(({ name, content }) => [name, content]));
  const order = orderFault(files);
  if (order !== null) return err(order);
  const entries = readEntries(byName.get(fileNames.entries) ?? null);
  if (!entries.ok) return entries;
  const first = readFirst(entries.value[0]);
  if (first === null) return fault(fileNames.entries, "a first entry that names its run and its log", "none");
  const artifacts = readArtifacts(byName, entries.value);
  if (!artifacts.ok) return artifacts;
  const proofs = new Map<number, Uint8Array>();
  for (const [name, content] of byName) {
    const place = placeOf(name);
    if (place?.type === "proof") proofs.set(place.seq, content);
  }
  const record = { runId: first.run, entries: entries.value, artifacts: artifacts.value, planBytes: byName.get(fileNames.plan) ?? null };
  const report = byName.get(fileNames.report) ?? null;
  return ok({ record, log: first.log, proofs, report, description: byName.get(fileNames.description) ?? null });
}

/** Every file is one that the format knows, once, in the order of the format. */
function orderFault(files: readonly TarFile[]): BundleFault | null {
  let before = { name: "", rank: "" };
  for (const { name } of files) {
    const place = placeOf(name);
    if (place === null) return { file: name, expected: "a file of a run export", found: "another" };
    if (place.rank <= before.rank) return { file: name, expected: `a file that comes after ${before.name}`, found: name };
    before = { name, rank: place.rank };
  }
  return null;
}

const lineFeed = 0x0a;

function readEntries(lines: Uint8Array | null): Result<readonly StoredEntry[], BundleFault> {
  if (lines === null) return fault(fileNames.entries, "the entries", "no such file");
  if (lines.length === 0 || lines.at(-1) !== lineFeed) return fault(fileNames.entries, "lines that end in a line feed", "none at the end");
  const entries: StoredEntry[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf(lineFeed, at);
    const body = lines.subarray(at, end);
    entries.push({ seq: entries.length, body, leaf: leafOf(body) });
    at = end + 1;
  }
  return ok(entries);
}

/** Which run and which log the record claims to be of; the chain holds every entry to it. */
function readFirst(entry: StoredEntry | undefined): { readonly run: RunId; readonly log: string } | null {
  if (entry === undefined) return null;
  const value = parseObject(entry.body);
  if (!isJsonObject(value)) return null;
  const run = typeof value["run"] === "string" ? parseUuid<RunId>(value["run"]) : null;
  return run === null || typeof value["log"] !== "string" ? null : { run, log: logBase(value["log"]) };
}

function parseObject(body: Uint8Array): Json {
  try {
    return JSON.parse(new TextDecoder().decode(body)) as Json;
  } catch {
    return null;
  }
}

/** Content and salt are both there or both not; role and type are what the entry says, which its leaf holds fast. */
function readArtifacts(
  files: ReadonlyMap<string, Uint8Array>,
  entries: readonly StoredEntry[],
): Result<readonly StoredArtifact[], BundleFault> {
  const artifacts: StoredArtifact[] = [];
  const refs = entries.map(({ body }) => readEntry(body));
  for (const [name, content] of files) {
    const place = placeOf(name);
    if (place?.type === "salt" && !files.has(name.replace(/\.salt$/, "")))
      return fault(name, "the artifact beside its salt", "no such file");
    if (place?.type !== "artifact") continue;
    const salt = readSalt(files.get(`${name}.salt`) ?? null);
    if (salt === null) return fault(`${name}.salt`, "64 hexadecimal digits", files.has(`${name}.salt`) ? "something else" : "no such file");
    const entry = refs[place.seq];
    const ref = entry?.ok === true ? entry.value.refs[place.n] : undefined;
    const { seq, n } = place;
    // One that no entry refers to is reported as such later; until then it needs some role.
    artifacts.push({ seq, n, salt, content, role: ref?.role ?? "reason", mediaType: ref?.type ?? "" });
  }
  return ok(artifacts);
}

function readSalt(digits: Uint8Array | null): Uint8Array | null {
  const text = digits === null ? "" : new TextDecoder().decode(digits);
  return /^[0-9a-f]{64}$/.test(text) ? bytesOfHex(text) : null;
}

function fault(file: string, expected: string, found: string): Result<never, BundleFault> {
  return err({ file, expected, found });
}
