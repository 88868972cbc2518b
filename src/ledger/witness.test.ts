import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkpointText } from "./checkpoint.ts";
import type { TreeHead } from "./consistency.ts";
import { leafOf } from "./leaf.ts";
import { emptyLog, integrate, rootIn } from "./log-tree.ts";
import { formatSignerKey, keyTypes, parseSignerKey } from "./note-key.ts";
import { consistencyRanges } from "./proof-ranges.ts";
import { formatNote, signText } from "./signed-note.ts";
import { hashesFromTiles } from "./tiles.ts";
import { judgeCheckpoint } from "./witness.ts";
import type { WitnessMemory } from "./witness.ts";
import { addCheckpointBody, parseAddCheckpoint, parseSizeBody } from "./witness-messages.ts";

const origin = "example.org/ledger";
const keyOf = (name: string, seed: number) => parseSignerKey(formatSignerKey(name, keyTypes.ed25519, Buffer.alloc(32, seed)))!;
const key = keyOf(origin, 1);
const leaves = Array.from({ length: 50 }, (_, i) => leafOf(Buffer.from(`entry ${i}`)));
const treeOf = (size: number) => integrate(emptyLog, leaves.slice(0, size)).tree;
const headOf = (size: number): TreeHead => ({ size, root: rootIn(treeOf(size)) });
const proofOf = (from: number, to: number) => hashesFromTiles(consistencyRanges(from, to), () => Buffer.concat(treeOf(to).tails[0] ?? []));

function noteOf(head: TreeHead, signer = key, name = origin): string {
  const text = checkpointText({ origin: name, ...head });
  return formatNote(text, [signText(text, signer)]);
}

function memoryAt(last: TreeHead | null): WitnessMemory {
  return { logKeys: [key.verifier], lastOf: (name) => (name === origin ? last : null) };
}

const body = (from: number, to: number, checkpoint = noteOf(headOf(to))): string =>
  addCheckpointBody({ oldSize: from, hashes: from === 0 ? [] : proofOf(from, to), checkpoint });

test("what extends the last is signed, from nothing and from any size", () => {
  fc.assert(
    fc.property(fc.nat({ max: 50 }), fc.nat({ max: 50 }), (a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const last = from === 0 ? null : headOf(from);
      expect(judgeCheckpoint(body(from, to), memoryAt(last))).toEqual({
        status: 200,
        origin,
        head: { size: to, root: Buffer.from(headOf(to).root) },
        text: checkpointText({ origin, ...headOf(to) }),
      });
    }),
  );
});

test("a log it does not watch is 404, also when somebody it knows signed", () => {
  const other = noteOf(headOf(5), keyOf("example.org/other", 1), "example.org/other");
  expect(judgeCheckpoint(body(0, 5, other), memoryAt(null))).toMatchObject({ status: 404 });
  expect(judgeCheckpoint(body(0, 5, noteOf(headOf(5), key, "example.org/other")), memoryAt(null))).toMatchObject({ status: 404 });
});

test("a checkpoint that no trusted key signed, or one signed wrongly, is 403", () => {
  expect(judgeCheckpoint(body(0, 5, noteOf(headOf(5), keyOf(origin, 2))), memoryAt(null))).toMatchObject({ status: 403 });
  const bent = noteOf(headOf(5)).replace("\n5\n", "\n6\n");
  expect(judgeCheckpoint(body(0, 5, bent), memoryAt(null))).toMatchObject({ status: 403 });
});

test("another old size than its own is 409 with its own, also zero", () => {
  expect(judgeCheckpoint(body(0, 9), memoryAt(headOf(7)))).toEqual({ status: 409, size: 7 });
  expect(judgeCheckpoint(body(5, 9), memoryAt(headOf(7)))).toEqual({ status: 409, size: 7 });
  expect(judgeCheckpoint(body(5, 9), memoryAt(null))).toEqual({ status: 409, size: 0 });
  expect(judgeCheckpoint(body(5, 5), memoryAt(headOf(7)))).toEqual({ status: 409, size: 7 });
});

test("another root at the same size is 409", () => {
  const forged = noteOf({ size: 7, root: headOf(8).root });
  expect(judgeCheckpoint(addCheckpointBody({ oldSize: 7, hashes: [], checkpoint: forged }), memoryAt(headOf(7)))).toEqual({
    status: 409,
    size: 7,
  });
});

test("a proof that does not lead there is 422", () => {
  const memory = memoryAt(headOf(7));
  const checkpoint = noteOf(headOf(20));
  const proof = proofOf(7, 20);
  const wrong = [[], proof.slice(1), proof.slice(0, -1), proof.toReversed(), [...proof, headOf(7).root], proof.with(0, headOf(1).root)];
  for (const hashes of wrong)
    expect(judgeCheckpoint(addCheckpointBody({ oldSize: 7, hashes, checkpoint }), memory)).toMatchObject({ status: 422 });
  expect(judgeCheckpoint(addCheckpointBody({ oldSize: 0, hashes: [headOf(1).root], checkpoint }), memoryAt(null))).toMatchObject({
    status: 422,
  });
  expect(
    judgeCheckpoint(addCheckpointBody({ oldSize: 7, hashes: proof, checkpoint: noteOf({ size: 20, root: headOf(21).root }) }), memory),
  ).toMatchObject({
    status: 422,
  });
});

test("an old size past the new one is 400", () => {
  const request = addCheckpointBody({ oldSize: 9, hashes: [], checkpoint: noteOf(headOf(5)) });
  expect(judgeCheckpoint(request, memoryAt(headOf(9)))).toMatchObject({ status: 400 });
});

test.each([
  "",
  "old 5",
  "old 5\n",
  "old 05\n\nx",
  "old -1\n\nx",
  "old 1e1\n\nx",
  "new 5\n\nx",
  "old 5\nnot base64\n\nx",
  "old 5\nAAAA\n\nx",
  `old 5\n${`${Buffer.alloc(32).toString("base64")}\n`.repeat(64)}\nx`,
  "old 0\n\nno checkpoint",
  "old 0\n\na\nb\n\n\u2014 x AAAAAAAA\n",
])("%j is 400", (request) => {
  expect(judgeCheckpoint(request, memoryAt(null))).toMatchObject({ status: 400 });
});

test("the standard's own request is read and written back", () => {
  const { checkpoint } = JSON.parse(readFileSync(new URL("../../test/vectors/signed-note.json", import.meta.url), "utf8")) as {
    checkpoint: { note: string };
  };
  const hashes = [
    "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=",
    "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=",
    "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=",
    "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=",
  ];
  const request = `old 20852014\n${hashes.join("\n")}\n\n${checkpoint.note}`;
  const parsed = parseAddCheckpoint(request)!;
  expect(parsed).toMatchObject({ oldSize: 20_852_014, checkpoint: checkpoint.note });
  expect(addCheckpointBody(parsed)).toBe(request);
});

test("a size body is one number and one line end", () => {
  expect(parseSizeBody("20852163\n")).toBe(20_852_163);
  for (const wrong of ["", "\n", "5", "5\n\n", " 5\n", "05\n", "-5\n", "9007199254740992\n"]) expect(parseSizeBody(wrong)).toBeNull();
});
