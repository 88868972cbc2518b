import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkpointText, openCheckpoint, parseCheckpointText } from "./checkpoint.ts";
import { cosignatureTime } from "./cosignature.ts";
import { formatSignerKey, formatVerifierKey, keyTypes, parseSignerKey, parseVerifierKey } from "./note-key.ts";
import { cosignText, formatNote, openNote, parseNote, signText } from "./signed-note.ts";
import { formatTlogProof, parseTlogProof } from "./tlog-proof.ts";

interface Vectors {
  readonly text: string;
  readonly peter: { readonly vkey: string; readonly skey: string; readonly line: string };
  readonly enoch: { readonly vkey: string; readonly line: string };
  readonly wrong_keys: readonly string[];
  readonly cosigner_vkey: string;
  readonly cosignature: { readonly base64: string; readonly time: number };
  readonly plain_signature: string;
  readonly checkpoint: {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    readonly note: string;
    readonly cosigned_at: number;
  };
}
const vectors = JSON.parse(readFileSync(new URL("../../test/vectors/signed-note.json", import.meta.url), "utf8")) as Vectors;
const { text, peter, enoch } = vectors;
const peterKey = parseVerifierKey(peter.vkey)!;
const enochKey = parseVerifierKey(enoch.vkey)!;
const note = `${text}\n${peter.line}${enoch.line}`;

const origin = "example.org/ledger";
const logKey = parseSignerKey(formatSignerKey(origin, keyTypes.ed25519, Buffer.alloc(32, 1)))!;
const witnessKey = parseSignerKey(formatSignerKey("witness.example/w1", keyTypes.cosignature, Buffer.alloc(32, 2)))!;
const head = { size: 7, root: Buffer.alloc(32, 9) };
const body = checkpointText({ origin, ...head });
const checkpoint = formatNote(body, [signText(body, logKey), cosignText(body, witnessKey, 1_700_000_000)]);
const trust = { origin, logKeys: [logKey.verifier], witnessKeys: [witnessKey.verifier] };

/** Every cut, and every character made one higher, as the published test has it. */
function mangled(of: string): readonly string[] {
  const cuts = Array.from({ length: of.length }, (_, i) => Array.from({ length: of.length - i }, (_, j) => of.slice(i, i + j + 1))).flat();
  const raised = Array.from(of, (char, i) => of.slice(0, i) + String.fromCharCode(char.charCodeAt(0) + 1) + of.slice(i + 1));
  return [...cuts.filter((cut) => cut !== of), ...raised, "", `${of} `, `${of}\n`];
}

test("published keys are read and written back, and no mangling of them", () => {
  expect(formatVerifierKey(peterKey)).toBe(peter.vkey);
  expect(formatVerifierKey(parseSignerKey(peter.skey)!.verifier)).toBe(peter.vkey);
  expect(parseVerifierKey(vectors.cosigner_vkey)?.type).toBe(keyTypes.cosignature);
  for (const wrong of [...mangled(peter.vkey), ...vectors.wrong_keys]) expect(parseVerifierKey(wrong)).toBeNull();
  for (const wrong of mangled(peter.skey)) expect(parseSignerKey(wrong)).toBeNull();
});

test("a key shows its secret nowhere but in its own text", () => {
  const shown = JSON.stringify(parseSignerKey(peter.skey));
  expect(shown).not.toContain("YEKFALVFGyNhPJEMzD1QIDr");
});

test("a note is signed byte for byte as published", () => {
  expect(formatNote(text, [signText(text, parseSignerKey(peter.skey)!)])).toBe(`${text}\n${peter.line}`);
});

test("known signatures are checked, unknown ones are left to others, and none known is a refusal", () => {
  expect(openNote(note, [peterKey])).toEqual({ ok: true, value: { text, signedBy: [{ key: peterKey, atSeconds: null }] } });
  expect(openNote(note, [enochKey, peterKey])).toMatchObject({ ok: true, value: { signedBy: [{ key: peterKey }, { key: enochKey }] } });
  expect(openNote(note, [])).toMatchObject({ ok: false, error: { code: "no_known_signature" } });
  expect(openNote(note, [logKey.verifier])).toMatchObject({ ok: false, error: { code: "no_known_signature" } });
});

test("a wrong signature of a known key refuses the note, whatever else it carries", () => {
  const other = `${text.replace("problem", "Problem")}\n${peter.line}${enoch.line}`;
  expect(openNote(other, [peterKey])).toMatchObject({ ok: false, error: { code: "wrong_signature" } });
  const lengthened = peter.line.slice(0, 60) + "ABCD" + peter.line.slice(60);
  expect(openNote(`${text}\n${enoch.line}${lengthened}`, [peterKey, enochKey])).toMatchObject({
    ok: false,
    error: { code: "wrong_signature" },
  });
});

test("a key of another name or id does not speak for a known one", () => {
  expect(openNote(`${text}\n${peter.line.replace("PeterNeumann", "CarmenSandiego")}`, [peterKey])).toMatchObject({
    error: { code: "no_known_signature" },
  });
  expect(openNote(`${text}\n${peter.line.replace("x08g", "xxxx")}`, [peterKey])).toMatchObject({ error: { code: "no_known_signature" } });
});

test.each([
  ["no blank line", text],
  ["no signature", `${text}\n`],
  ["a last line without its end", note.slice(0, -1)],
  ["a control character", `\u0001${note}`],
  ["a carriage return", note.replaceAll("\n", "\r\n")],
  ["a tab", `\t${note}`],
  ["a lone surrogate", `\ud800${note}`],
  ["a name with a space", `${text}\n\u2014 Bad Name ${peter.line.split(" ")[2]}`],
  ["a name with a plus", `${text}\n\u2014 Bad+Name ${peter.line.split(" ")[2]}`],
  ["a name with a wide space", `${text}\n\u2014 Bad\u3000Name ${peter.line.split(" ")[2]}`],
  ["a hyphen for a dash", `${text}\n${peter.line.replace("\u2014", "-")}`],
  ["a line that is no signature", `${note}Unexpected line.\n`],
  ["a signature of an id only", `${text}\n\u2014 PeterNeumann x08gow==\n`],
  ["base64 that is not canonical", `${text}\n${peter.line.replace("nAM=", "nAN=")}`],
  ["101 signatures", `${text}\n${peter.line.repeat(101)}`],
  ["a million characters", `${"x".repeat(1_000_000)}\n${note}`],
])("%s makes a note malformed", (_name, wrong) => {
  expect(openNote(wrong, [peterKey])).toMatchObject({ ok: false, error: { code: "malformed" } });
});

test("a text may hold blank lines: it ends at the last", () => {
  const long = `first\n\nsecond\n`;
  expect(parseNote(formatNote(long, [signText(long, logKey)]))?.text).toBe(long);
});

test("the published checkpoint is read, with the time of its cosignature", () => {
  const { note: published, origin: of, size, root, cosigned_at } = vectors.checkpoint;
  const parsed = parseNote(published)!;
  expect(parseCheckpointText(parsed.text)).toEqual({ origin: of, size, root: Buffer.from(root, "base64"), extensions: [] });
  expect(checkpointText({ origin: of, size, root: Buffer.from(root, "base64") })).toBe(parsed.text);
  expect(parsed.signatures.map(({ signature }) => cosignatureTime(signature))).toEqual([null, cosigned_at]);
  expect(cosignatureTime(Buffer.from(vectors.cosignature.base64, "base64").subarray(4))).toBe(vectors.cosignature.time);
  expect(cosignatureTime(Buffer.from(vectors.plain_signature, "base64").subarray(4))).toBeNull();
  expect(cosignatureTime(Buffer.concat([Buffer.alloc(8, 0x7f), Buffer.alloc(64)]))).toBeNull();
});

test("a checkpoint is opened with who signed and who witnessed it when", () => {
  expect(openCheckpoint(checkpoint, trust)).toEqual({
    ok: true,
    value: {
      checkpoint: { origin, ...head, extensions: [] },
      text: body,
      signedBy: [logKey.verifier],
      witnessedBy: [{ key: witnessKey.verifier, atSeconds: 1_700_000_000 }],
    },
  });
});

test("a checkpoint of another log, or signed by witnesses only, is refused", () => {
  expect(openCheckpoint(checkpoint, { ...trust, origin: "example.org/other" })).toMatchObject({ error: { code: "wrong_origin" } });
  const unsigned = formatNote(body, [cosignText(body, witnessKey, 1)]);
  expect(openCheckpoint(unsigned, trust)).toMatchObject({ error: { code: "no_known_signature" } });
  const noCheckpoint = formatNote("a\nb\n", [signText("a\nb\n", logKey)]);
  expect(openCheckpoint(noCheckpoint, trust)).toMatchObject({ error: { code: "malformed" } });
});

test("no flipped bit of a checkpoint is accepted as the same or another checkpoint", () => {
  const bytes = Buffer.from(checkpoint);
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const copy = Buffer.from(bytes);
    copy[bit >> 3] = copy[bit >> 3]! ^ (1 << (bit & 7));
    const opened = openCheckpoint(copy.toString("utf8"), trust);
    // A flip in one signature's name or key id only takes that signature away; the text stays what the other signed.
    if (opened.ok) {
      expect(opened.value.text).toBe(body);
      expect(opened.value.signedBy).toEqual([logKey.verifier]);
      expect(opened.value.witnessedBy).toEqual([]);
    }
  }
});

test("a cosignature does not hold at another time, and a plain key makes none", () => {
  const line = cosignText(body, witnessKey, 1_700_000_000);
  const bytes = Buffer.from(line.split(" ")[2]!.trim(), "base64");
  bytes[11] = bytes[11]! ^ 1;
  const moved = formatNote(body, [`\u2014 witness.example/w1 ${bytes.toString("base64")}\n`]);
  expect(openNote(moved, [witnessKey.verifier])).toMatchObject({ error: { code: "wrong_signature" } });
  expect(() => cosignText(body, logKey, 1)).toThrow(/cosignature keys/);
  expect(() => signText(body, witnessKey)).toThrow(/plain keys/);
  expect(witnessKey.as({ type: keyTypes.ed25519 }).verifier.id).not.toBe(witnessKey.verifier.id);
});

const root = head.root.toString("base64");
test.each([
  "",
  "a\n",
  `a\n1\n${root}`,
  `a\n01\n${root}\n`,
  `a\n-1\n${root}\n`,
  `a\n1e3\n${root}\n`,
  `a\n9007199254740992\n${root}\n`,
  `\n1\n${root}\n`,
  `a\n1\n${root.slice(4)}\n`,
  `a\n1\n${root}=\n`,
  `a\n1\n${root}\n\n`,
  `a\n1\n${root}\n\nx\n`,
  `a\n 1\n${root}\n`,
  `a\n1\n\n`,
])("the checkpoint text %j is refused", (wrong) => {
  expect(parseCheckpointText(wrong)).toBeNull();
});

test("extension lines of other logs are kept", () => {
  expect(parseCheckpointText(`a\n1\n${root}\nmore\n`)?.extensions).toEqual(["more"]);
});

test("a tlog-proof is written as the standard has it and read back", () => {
  const hashes = fc.array(fc.uint8Array({ minLength: 32, maxLength: 32 }), { maxLength: 63 });
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), hashes, fc.option(fc.uint8Array()), (index, path, extra) => {
      const proof = { index, hashes: path.map((hash) => Buffer.from(hash)), checkpoint, extra: extra === null ? null : Buffer.from(extra) };
      expect(parseTlogProof(formatTlogProof(proof))).toEqual(proof);
    }),
  );
  expect(formatTlogProof({ index: 5, hashes: [head.root], checkpoint, extra: null })).toBe(
    `c2sp.org/tlog-proof@v1\nindex 5\n${root}\n\n${checkpoint}`,
  );
});

test.each([
  ["another first line", `c2sp.org/tlog-proof@v2\nindex 0\n\n${checkpoint}`],
  ["extra data that is not base64", `c2sp.org/tlog-proof@v1\nextra !!\nindex 0\n\n${checkpoint}`],
  ["no index", `c2sp.org/tlog-proof@v1\n\n\n${checkpoint}`],
  ["an index that is no number", `c2sp.org/tlog-proof@v1\nindex x\n\n${checkpoint}`],
  ["a negative index", `c2sp.org/tlog-proof@v1\nindex -5\n\n${checkpoint}`],
  ["an index with a leading zero", `c2sp.org/tlog-proof@v1\nindex 05\n\n${checkpoint}`],
  ["extra data after the index", `c2sp.org/tlog-proof@v1\nindex 0\nextra YQ==\n\n${checkpoint}`],
  ["a hash that is not base64", `c2sp.org/tlog-proof@v1\nindex 0\n!!\n\n${checkpoint}`],
  ["a hash of 64 bytes", `c2sp.org/tlog-proof@v1\nindex 0\n${Buffer.alloc(64).toString("base64")}\n\n${checkpoint}`],
  ["64 hashes", `c2sp.org/tlog-proof@v1\nindex 0\n${`${root}\n`.repeat(64)}\n${checkpoint}`],
  ["no blank line", `c2sp.org/tlog-proof@v1\nindex 0\n`],
])("a tlog-proof with %s is refused", (_name, wrong) => {
  expect(parseTlogProof(wrong)).toBeNull();
});
