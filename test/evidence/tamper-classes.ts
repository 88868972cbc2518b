// The tamper corpus: every way we know to change a bundle, what an auditor must say of it, and the places where to try it.
import type { StoredArtifact, StoredEntry } from "../../src/domain/transition.ts";
import { commitmentOf } from "../../src/ledger/leaf.ts";
import { keyTypes } from "../../src/ledger/note-key.ts";
import type { TarFile } from "../../src/verify/bundle/tar.ts";
import type { RunRecord } from "../../src/verify/run-record.ts";
import { diceOf } from "../simulation/dice.ts";
import type { Dice } from "../simulation/dice.ts";
import { rewrite } from "../support/rewrite.ts";
import type { EntryBody } from "../support/rewrite.ts";
import { archiveOf, bundleOf, goldenRecords, logKey, sealRecords, signer, witnessKey } from "../support/sealed-bundles.ts";

export interface Tampered {
  readonly archive: Uint8Array;
  /** What was done where, for whoever reads a failure. */
  readonly what: string;
}

export interface TamperClass {
  readonly name: string;
  /** Some finding's field, or the file that is named as unreadable. */
  readonly field: RegExp;
  /** Null: this one does not fit the record that the dice chose; another is chosen. */
  readonly tamper: (scene: Scene) => Tampered | null;
}

/** One clean bundle, and all there is to make another of it. */
export interface Scene {
  readonly dice: Dice;
  readonly record: RunRecord;
  readonly other: RunRecord;
  readonly files: readonly TarFile[];
  readonly archive: Uint8Array;
  readonly seal: ReturnType<typeof sealRecords>;
}

const records = goldenRecords.map(({ record }) => record);
const theLog = sealRecords(records);

export function sceneOf(seed: number): Scene {
  const dice = diceOf(seed);
  const record = dice.oneOf(records);
  const other = dice.oneOf(records.filter(({ runId }) => runId !== record.runId));
  const files = sealed(record);
  return { dice, record, other, files, archive: archiveOf(files), seal: theLog };
}

/** The files of a bundle of this record under the log's own proof of its last entry, which may not be its own any more. */
function sealed(record: RunRecord, seal = theLog): readonly TarFile[] {
  const last = record.entries.length - 1;
  return bundleOf(record, new Map([[last, seal.proofOf(record, last)]]));
}

const anything = /./;
const decoder = new TextDecoder();
const encoder = new TextEncoder();

function done(what: string, archive: Uint8Array | readonly TarFile[]): Tampered {
  return { what, archive: archive instanceof Uint8Array ? archive : archiveOf(archive) };
}

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? byte ^ (1 << bit) : byte));
}

/** Where each file's header, content and padding stand in the archive. */
function regionsOf(
  files: readonly TarFile[],
): readonly { readonly name: string; readonly header: number; readonly content: number; readonly end: number; readonly next: number }[] {
  let at = 0;
  return files.map(({ name, content }) => {
    const begin = at;
    at += 512 + Math.ceil(content.length / 512) * 512;
    return { name, header: begin, content: begin + 512, end: begin + 512 + content.length, next: at };
  });
}

function flipIn(
  name: string,
  pick: (scene: Scene) => { readonly from: number; readonly to: number } | null,
  field = anything,
): TamperClass {
  return {
    name,
    field,
    tamper(scene) {
      const range = pick(scene);
      if (range === null || range.to <= range.from) return null;
      const at = range.from + scene.dice.below(range.to - range.from);
      const bit = scene.dice.below(8);
      return done(`bit ${bit} of byte ${at}`, flipped(scene.archive, at, bit));
    },
  };
}

function contentOf(pattern: RegExp): (scene: Scene) => { readonly from: number; readonly to: number } | null {
  return ({ files, dice }) => {
    const regions = regionsOf(files).filter((region) => pattern.test(region.name) && region.end > region.content);
    if (regions.length === 0) return null;
    const { content, end } = dice.oneOf(regions);
    return { from: content, to: end };
  };
}

/** Replaces one file's content, or drops it where `change` answers null. */
function replaced(files: readonly TarFile[], name: string, change: (content: Uint8Array) => Uint8Array | null): readonly TarFile[] {
  return files.flatMap((file) => {
    if (file.name !== name) return [file];
    const content = change(file.content);
    return content === null ? [] : [{ name, content }];
  });
}

function withEntries(scene: Scene, change: (entries: readonly StoredEntry[]) => readonly StoredEntry[]): readonly TarFile[] {
  const entries = change(scene.record.entries);
  const lines = Buffer.concat(entries.flatMap(({ body }) => [body, Buffer.from("\n")]));
  return replaced(scene.files, "entries.jsonl", () => lines);
}

/** One entry changed as text, nothing made anew. */
function edit(name: string, field: RegExp, change: (text: string, dice: Dice) => string): TamperClass {
  return {
    name,
    field,
    tamper(scene) {
      const { entries } = scene.record;
      const seq = scene.dice.below(entries.length);
      const text = decoder.decode(entries[seq]?.body);
      const changed = change(text, scene.dice);
      if (changed === text) return null;
      const files = withEntries(scene, (all) =>
        all.map((entry) => (entry.seq === seq ? { ...entry, body: encoder.encode(changed) } : entry)),
      );
      return done(`entry ${seq}`, files);
    },
  };
}

/** Entries changed at will and the chain made anew over them by somebody without the log's key. */
function forge(name: string, field: RegExp, change: (entry: EntryBody, at: number, dice: Dice) => object): TamperClass {
  return {
    name,
    field,
    tamper({ dice, record, files }) {
      const at = dice.below(record.entries.length);
      const entries = rewrite(record.entries, (entry) => (entry.seq === at ? change(entry, at, dice) : entry));
      if (entries.every((entry, index) => Buffer.compare(entry.leaf, record.entries[index]?.leaf ?? new Uint8Array()) === 0)) return null;
      const [proof] = files.filter((file) => file.name.startsWith("proofs/"));
      if (proof === undefined) return null;
      return done(`entry ${at}`, bundleOf({ ...record, entries }, new Map([[entries.length - 1, proof.content]])));
    },
  };
}

/** A reply changed, everything that follows from it in the record made anew, and the whole sealed by the given keys. */
function forgedReply(scene: Scene): RunRecord | null {
  const { record, dice } = scene;
  const replies = record.artifacts.filter(({ role, content }) => role === "reply" && decoder.decode(content).includes("rain falls"));
  if (replies.length === 0) return null;
  const target = dice.oneOf(replies);
  const changed = { ...target, content: encoder.encode(decoder.decode(target.content).replace("rain falls", "rain fails")) };
  return withArtifact(record, changed);
}

function withArtifact(record: RunRecord, changed: StoredArtifact): RunRecord {
  const artifacts = record.artifacts.map((artifact) => (artifact.seq === changed.seq && artifact.n === changed.n ? changed : artifact));
  const entries = rewrite(record.entries, (entry) => {
    if (entry.seq !== changed.seq) return entry;
    const c = commitmentOf(changed.salt, changed.content);
    return { ...entry, refs: entry.refs.map((ref, n) => (n === changed.n ? { ...ref, c, size: changed.content.length } : ref)) };
  });
  return { ...record, artifacts, entries };
}

/** The record with other names of people: lawful in itself, so that only the seal can tell. */
function renamed(record: RunRecord): RunRecord {
  return { ...record, entries: rewrite(record.entries, (entry) => ({ ...entry, at: entry.at.replace("2026", "2019") })) };
}

function proof(name: string, field: RegExp, change: (lines: readonly string[], scene: Scene) => readonly string[] | null): TamperClass {
  return {
    name,
    field,
    tamper(scene) {
      const file = scene.files.find((one) => one.name.startsWith("proofs/"));
      if (file === undefined) return null;
      const before = decoder.decode(file.content);
      const lines = change(before.split("\n"), scene);
      if (lines === null || lines.join("\n") === before) return null;
      return done(
        file.name,
        replaced(scene.files, file.name, () => encoder.encode(lines.join("\n"))),
      );
    },
  };
}

function isHash(line: string): boolean {
  return /^[A-Za-z0-9+/]{43}=$/.test(line);
}

/** The record in a log that its own enemy runs. */
function resealed(record: RunRecord, keys: Parameters<typeof sealRecords>[1]): readonly TarFile[] {
  return sealed(record, sealRecords([record, ...records.filter(({ runId }) => runId !== record.runId)], keys));
}

function exchange(text: string, pattern: RegExp, replacement: string): string {
  return text.replace(pattern, replacement);
}

export const tamperClasses: readonly TamperClass[] = [
  flipIn("a bit of a file's header", ({ files, dice }) => {
    const { header, content } = dice.oneOf(regionsOf(files));
    return { from: header, to: content };
  }),
  flipIn(
    "a bit of the padding after a file",
    ({ files, dice }) => {
      const { end, next } = dice.oneOf(regionsOf(files));
      return { from: end, to: next };
    },
    /^byte \d+$/,
  ),
  flipIn("a bit of the entries", contentOf(/^entries/)),
  flipIn("a bit of the plan", contentOf(/^plan/), /^plan/),
  flipIn("a bit of an artifact", contentOf(/^artifacts\/[\d.]+$/), /^artifact .* (commitment|size)$/),
  flipIn("a bit of a salt", contentOf(/\.salt$/)),
  flipIn("a bit of a proof", contentOf(/^proofs/), /^proof/),
  flipIn("a bit of the report", contentOf(/^report/), /^report\.html$/),
  flipIn("a bit of the description", contentOf(/^bundle/), /^bundle\.json$|^proof/),
  flipIn("a bit of the zeros at the end", ({ archive }) => ({ from: archive.length - 1024, to: archive.length })),
  flipIn("a bit anywhere", ({ archive }) => ({ from: 0, to: archive.length })),
  {
    name: "the archive cut short",
    field: anything,
    tamper({ archive, dice }) {
      const length = dice.below(archive.length);
      return done(`${length} of ${archive.length} bytes`, archive.subarray(0, length));
    },
  },
  {
    name: "bytes after the archive",
    field: /^byte/,
    tamper: ({ archive, dice }) => done("appended", Buffer.concat([archive, new Uint8Array(1 + dice.below(2_000))])),
  },
  {
    name: "a byte put in",
    field: anything,
    tamper({ archive, dice }) {
      const at = dice.below(archive.length);
      return done(`at ${at}`, Buffer.concat([archive.subarray(0, at), new Uint8Array([dice.below(256)]), archive.subarray(at)]));
    },
  },
  {
    name: "a byte taken out",
    field: anything,
    tamper({ archive, dice }) {
      const at = dice.below(archive.length);
      return done(`at ${at}`, Buffer.concat([archive.subarray(0, at), archive.subarray(at + 1)]));
    },
  },
  {
    name: "a file twice",
    field: anything,
    tamper({ files, dice }) {
      const at = dice.below(files.length);
      return done(
        files[at]?.name ?? "",
        files.flatMap((file, index) => (index === at ? [file, file] : [file])),
      );
    },
  },
  {
    name: "two files exchanged",
    field: anything,
    tamper({ files, dice }) {
      const at = dice.below(files.length - 1);
      return done(
        `${at}`,
        files.map((_, index) => files[index === at ? at + 1 : index === at + 1 ? at : index] ?? { name: "", content: new Uint8Array() }),
      );
    },
  },
  {
    name: "a strange file",
    field: /notes/,
    tamper: ({ files }) => done("notes.txt", [...files, { name: "notes.txt", content: encoder.encode("x") }]),
  },
  {
    name: "a file that must be there taken out",
    field: /entries|plan|salt|artifact/,
    tamper({ files, dice }) {
      const name = dice.oneOf(files.filter((file) => /^(entries|plan)|\.salt$/.test(file.name))).name;
      return done(
        name,
        replaced(files, name, () => null),
      );
    },
  },
  edit("a number in an entry", /^(prev|proof: inclusion|replay|body|data|epoch|attempt|seq|plan|artifact|leaf)/, (text, dice) =>
    exchange(text, /"epoch":(\d+)/, `"epoch":${2 + dice.below(1_000)}`),
  ),
  edit("who did it", /^(prev|proof: inclusion)/, (text) => exchange(text, /"id":"[a-z]+"/, '"id":"mallory"')),
  edit("when it was (backdated)", /^(prev|proof: inclusion)/, (text) => exchange(text, /"at":"2026/, '"at":"2019')),
  edit("what happened", /^(prev|proof: inclusion|replay|kind)/, (text) =>
    exchange(text, /"kind":"step\.(succeeded|started|failed)"/, '"kind":"step.waiting"'),
  ),
  edit("a code", /^(prev|proof: inclusion)/, (text) => exchange(text, /"code":"[a-z_]+"/, '"code":"network"')),
  edit("the place in the run", /^(body\.seq|prev|proof: inclusion)/, (text, dice) =>
    exchange(text, /"seq":\d+/, `"seq":${50 + dice.below(50)}`),
  ),
  edit("the run it belongs to", /^(run|prev|proof: inclusion)/, (text) => exchange(text, /"run":"01/, '"run":"02')),
  edit("the log it belongs to", /^(log|prev|proof)/, (text) => exchange(text, /"log":"reckoning/, '"log":"wreckoning')),
  edit("a commitment", /^(artifact|prev|proof: inclusion)/, (text) => exchange(text, /"c":"./, '"c":"0').replace('"c":"00', '"c":"01')),
  edit("the link to the entry before", /^(prev|proof: inclusion)/, (text) => exchange(text, /"prev":"../, '"prev":"77')),
  edit("an unknown kind", /^kind/, (text) => exchange(text, /"kind":"[a-z._]+"/, '"kind":"step.approved"')),
  edit("a member more", /^body/, (text) => text.replace(/\}$/, ',"x":1}')),
  edit("a member less", /^body/, (text) => text.replace(/"cmd":(null|"[0-9a-f-]+"),/, "")),
  edit("a space", /^body/, (text, dice) => (dice.chance(0.5) ? text.replace(":", ": ") : `${text} `)),
  edit("members in another order", /^body/, (text) => text.replace(/^\{("actor":\{[^}]*\}),("at":"[^"]*"),/, "{$2,$1,")),
  edit("a member twice", /^body/, (text) => text.replace(/"epoch":(\d+),/, '"epoch":$1,"epoch":$1,')),
  edit("a number in another form", /^body/, (text) => text.replace(/"epoch":(\d+)/, '"epoch":$1.0')),
  edit("a character as an escape", /^body/, (text) =>
    text.replace('"type":"', '"type":"').replace('"kind":"s', '"kind":"\\u0073').replace('"kind":"r', '"kind":"\\u0072'),
  ),
  edit("a line end of another system", /^body/, (text) => `${text}\r`),
  edit("a byte order mark", /^(body|entries)/, (text) => `\ufeff${text}`),
  {
    name: "an entry taken out",
    field: /^(body\.seq|prev|proof|artifact|entries|kind)/,
    tamper(scene) {
      const at = scene.dice.below(scene.record.entries.length);
      return done(
        `entry ${at}`,
        withEntries(scene, (entries) => entries.filter(({ seq }) => seq !== at)),
      );
    },
  },
  {
    name: "an entry twice",
    field: /^(body\.seq|prev|proof)/,
    tamper(scene) {
      const at = scene.dice.below(scene.record.entries.length);
      return done(
        `entry ${at}`,
        withEntries(scene, (entries) => entries.flatMap((entry) => (entry.seq === at ? [entry, entry] : [entry]))),
      );
    },
  },
  {
    name: "two entries exchanged",
    field: /^(body\.seq|prev|kind)/,
    tamper(scene) {
      const at = scene.dice.below(scene.record.entries.length - 1);
      return done(
        `entry ${at}`,
        withEntries(scene, (entries) =>
          entries.map((entry, index) => entries[index === at ? at + 1 : index === at + 1 ? at : index] ?? entry),
        ),
      );
    },
  },
  {
    name: "entries from the end taken away",
    field: /^(proof|artifact|replay)/,
    tamper(scene) {
      const kept = 1 + scene.dice.below(scene.record.entries.length - 1);
      return done(
        `${kept} kept`,
        withEntries(scene, (entries) => entries.slice(0, kept)),
      );
    },
  },
  {
    name: "entries from the end taken away, and with them everything that says so",
    field: /^(proof|replay)/,
    tamper({ record, dice }) {
      const kept = 1 + dice.below(record.entries.length - 1);
      const cut = { ...record, entries: record.entries.slice(0, kept), artifacts: record.artifacts.filter(({ seq }) => seq < kept) };
      return done(`${kept} kept`, bundleOf(cut, new Map()));
    },
  },
  {
    name: "the beginning taken away",
    field: /^(body\.seq|prev|kind)/,
    tamper(scene) {
      const gone = 1 + scene.dice.below(scene.record.entries.length - 1);
      return done(
        `${gone} gone`,
        withEntries(scene, (entries) => entries.slice(gone)),
      );
    },
  },
  forge("a name, and the whole chain made anew", /^proof: inclusion|^replay/, (entry) => ({
    ...entry,
    actor: { cred: null, id: "mallory", type: "operator" },
  })),
  forge("a time, and the whole chain made anew", /^proof: inclusion/, (entry) => ({ ...entry, at: entry.at.replace("2026", "2019") })),
  forge("an epoch, and the whole chain made anew", /^(proof: inclusion|epoch)/, (entry) => ({ ...entry, epoch: entry.epoch + 1 })),
  forge("data, and the whole chain made anew", /^(proof: inclusion|replay|data)/, (entry) => ({
    ...entry,
    data: { ...entry.data, latency_ms: 1 },
  })),
  forge("a skipped number, and the whole chain made anew", /^(body\.seq|proof)/, (entry) => ({ ...entry, seq: entry.seq + 1 })),
  {
    name: "a reply, with its commitment and the whole chain made anew",
    field: /^(proof: inclusion|replay)/,
    tamper(scene) {
      const forged = forgedReply(scene);
      const [proofFile] = scene.files.filter((file) => file.name.startsWith("proofs/"));
      if (forged === null || proofFile === undefined) return null;
      return done("a reply", bundleOf(forged, new Map([[forged.entries.length - 1, proofFile.content]])));
    },
  },
  {
    name: "a lawful record of other times, sealed by a key of the forger's own under the log's name",
    field: /^proof: signature/,
    tamper: ({ record }) =>
      done("own key", resealed(renamed(record), { log: signer(logKey.verifier.name, keyTypes.ed25519, 66), witness: null })),
  },
  {
    name: "the same, sealed under another name",
    field: /^proof: (signature|origin)/,
    tamper: ({ record }) =>
      done("own name", resealed(renamed(record), { log: signer("mallory.example/log", keyTypes.ed25519, 66), witness: null })),
  },
  {
    name: "the same, not sealed at all",
    field: /^proof$/,
    tamper: ({ record }) => done("no proof", bundleOf(renamed(record), new Map())),
  },
  {
    name: "a split view: the same log with another history, signed with its key, that no witness saw",
    field: /^proof: witness/,
    tamper: ({ record }) => done("split view", resealed(renamed(record), { log: logKey, witness: null })),
  },
  {
    name: "a split view with a cosignature of somebody else's under the witness's name",
    field: /^proof: signature|^proof: witness/,
    tamper: ({ record }) =>
      done("split view", resealed(renamed(record), { log: logKey, witness: signer(witnessKey.verifier.name, keyTypes.cosignature, 67) })),
  },
  {
    name: "a stale checkpoint, of the log before the last entries of the run",
    field: /^proof/,
    tamper({ record, seal }) {
      const last = record.entries.length - 1;
      const index = Number(/index (\d+)/.exec(decoder.decode(seal.proofOf(record, last)))?.[1]);
      // Of an open run a part is all that can be sealed, and verify says so with a code of its own.
      const isOpen = decoder.decode(record.entries[last]?.body).includes('"kind":"step.waiting"');
      if (index === 0 || last === 0 || isOpen) return null;
      return done("stale", bundleOf(record, new Map([[last - 1, seal.proofOf(record, last - 1, index)]])));
    },
  },
  {
    name: "the entries of another run",
    field: anything,
    tamper: (scene) =>
      done(
        "entries.jsonl",
        withEntries(scene, () => scene.other.entries),
      ),
  },
  {
    name: "an artifact of another run, salt and all",
    field: /^artifact/,
    tamper({ record, other, files, dice }) {
      const mine = dice.oneOf(record.artifacts);
      const theirs = dice.oneOf(other.artifacts);
      const name = `artifacts/${mine.seq}.${mine.n}`;
      const salted = replaced(files, `${name}.salt`, () => encoder.encode(Buffer.from(theirs.salt).toString("hex")));
      return done(
        name,
        replaced(salted, name, () => theirs.content),
      );
    },
  },
  {
    name: "two artifacts of the run exchanged",
    field: /^artifact/,
    tamper({ record, files, dice }) {
      if (record.artifacts.length < 2) return null;
      const one = dice.oneOf(record.artifacts);
      const two = dice.oneOf(record.artifacts.filter((artifact) => artifact !== one));
      const put = (all: readonly TarFile[], at: StoredArtifact, from: StoredArtifact): readonly TarFile[] => {
        const name = `artifacts/${at.seq}.${at.n}`;
        return replaced(
          replaced(all, name, () => from.content),
          `${name}.salt`,
          () => encoder.encode(Buffer.from(from.salt).toString("hex")),
        );
      };
      return done(`${one.seq}.${one.n}`, put(put(files, one, two), two, one));
    },
  },
  {
    name: "the salt of another artifact",
    field: /commitment$/,
    tamper({ record, files, dice }) {
      const [one, two] = [dice.oneOf(record.artifacts), dice.oneOf(record.artifacts)];
      if (one === two) return null;
      return done(
        `${one.seq}.${one.n}`,
        replaced(files, `artifacts/${one.seq}.${one.n}.salt`, () => encoder.encode(Buffer.from(two.salt).toString("hex"))),
      );
    },
  },
  {
    name: "an artifact that no entry refers to",
    field: /^artifact|entry that refers/,
    tamper({ record, files }) {
      const n = record.artifacts.filter(({ seq }) => seq === record.entries.length - 1).length;
      const name = `artifacts/${record.entries.length - 1}.${n}`;
      const extra = [
        { name, content: encoder.encode("x") },
        { name: `${name}.salt`, content: encoder.encode("0".repeat(64)) },
      ];
      const at = files.findIndex((file) => file.name.startsWith("proofs/"));
      return done(name, [...files.slice(0, at), ...extra, ...files.slice(at)]);
    },
  },
  {
    name: "the plan of another run",
    field: /^plan/,
    tamper({ record, other, files }) {
      if (Buffer.compare(Buffer.from(record.planBytes ?? []), Buffer.from(other.planBytes ?? [])) === 0) return null;
      return done(
        "plan.json",
        replaced(files, "plan.json", () => other.planBytes),
      );
    },
  },
  {
    name: "the proof of another run",
    field: /^proof: inclusion/,
    tamper({ files, other, seal }) {
      const name = files.find((file) => file.name.startsWith("proofs/"))?.name ?? "";
      return done(
        name,
        replaced(files, name, () => seal.proofOf(other, other.entries.length - 1)),
      );
    },
  },
  {
    name: "the proof of another entry of the run",
    field: /^proof: inclusion/,
    tamper({ files, record, seal, dice }) {
      const name = files.find((file) => file.name.startsWith("proofs/"))?.name ?? "";
      return done(
        name,
        replaced(files, name, () => seal.proofOf(record, dice.below(record.entries.length - 1))),
      );
    },
  },
  {
    name: "the report of another run",
    field: /^report/,
    tamper: ({ files, other }) =>
      done(
        "report.html",
        replaced(files, "report.html", () => sealed(other).find(({ name }) => name === "report.html")?.content ?? null),
      ),
  },
  {
    name: "words in the report",
    field: /^report/,
    tamper: ({ files }) =>
      done(
        "report.html",
        replaced(files, "report.html", (content) => encoder.encode(decoder.decode(content).replace(/alice|anonymous/, "nobody"))),
      ),
  },
  proof("another place in a proof", /^proof: inclusion/, (lines, { dice }) =>
    lines.map((line) => (line.startsWith("index ") ? `index ${Number(line.slice(6)) + 1 + dice.below(3)}` : line)),
  ),
  proof("a hash taken out of a proof", /^proof: inclusion/, (lines, { dice }) => without(lines, dice)),
  proof("a hash more in a proof", /^proof: inclusion/, (lines) =>
    lines.flatMap((line, at) => (isHash(line) && at < 4 ? [line, line] : [line])),
  ),
  proof("the hashes of a proof turned round", /^proof: inclusion/, (lines) => {
    const end = lines.indexOf("");
    return [...lines.slice(0, 2), ...lines.slice(2, end).toReversed(), ...lines.slice(end)];
  }),
  proof("extra data in a proof", /^proof: extra/, ([first = "", ...rest]) => [first, "extra eA==", ...rest]),
  proof("a proof of another version", /^proof: form/, ([, ...rest]) => ["c2sp.org/tlog-proof@v2", ...rest]),
  proof("a checkpoint of another log", /^proof: origin/, (lines) =>
    lines.map((line) => (line === logKey.verifier.name ? "example.org/other" : line)),
  ),
  proof("a checkpoint of another size", /^proof: (inclusion|signature)/, (lines) => {
    const at = lines.indexOf(logKey.verifier.name) + 1;
    return lines.map((line, index) => (index === at ? String(Number(line) + 1) : line));
  }),
  proof("a checkpoint of another root", /^proof: inclusion/, (lines) => {
    const at = lines.indexOf(logKey.verifier.name) + 2;
    return lines.map((line, index) => (index === at ? Buffer.alloc(32, 1).toString("base64") : line));
  }),
  proof("an extension line in a checkpoint", /^proof: (checkpoint|signature)/, (lines) => {
    const at = lines.indexOf(logKey.verifier.name) + 3;
    return [...lines.slice(0, at), "extension", ...lines.slice(at)];
  }),
  proof("a checkpoint without the log's signature", /^proof: (signature|form)/, (lines) =>
    lines.filter((line) => !line.startsWith(`\u2014 ${logKey.verifier.name} `)),
  ),
  proof("a checkpoint without the witness's cosignature", /^proof: witness/, (lines) =>
    lines.filter((line) => !line.startsWith(`\u2014 ${witnessKey.verifier.name} `)),
  ),
  proof("a signature that was made for another text", /^proof: signature/, (lines, { other, seal }) => {
    const foreign = decoder.decode(seal.proofOf(other, 0, seal.size - 1)).split("\n");
    const theirs = foreign.find((line) => line.startsWith(`\u2014 ${logKey.verifier.name} `)) ?? "";
    return lines.map((line) => (line.startsWith(`\u2014 ${logKey.verifier.name} `) ? theirs : line));
  }),
  proof("a proof that is no text", /^proof: form/, (lines) => [`\u0000${lines[0] ?? ""}`, ...lines.slice(1)]),
];

function without(lines: readonly string[], dice: Dice): readonly string[] | null {
  const end = lines.indexOf("");
  const hashes = lines.flatMap((line, at) => (at > 1 && at < end && isHash(line) ? [at] : []));
  if (hashes.length === 0) return null;
  const gone = dice.oneOf(hashes);
  return lines.filter((_, at) => at !== gone);
}
