import { createHmac, createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../domain/canonical-json.ts";
import type { Actor } from "../domain/actor.ts";
import type { RunId, StepKey } from "../domain/ids.ts";
import type { Instant } from "../domain/instant.ts";
import type { Json } from "../domain/json.ts";
import { encodeEntry, entryBytesMax } from "./entry.ts";
import type { EntryPlace } from "./entry.ts";
import type { EventDraft } from "./encode-event.ts";
import { readEntry } from "./read-entry.ts";

const place: EntryPlace = {
  log: "example.org/ledger",
  runId: "01a19467-e800-7000-8000-000000000001" as RunId,
  seq: 3,
  prev: Buffer.alloc(32, 7),
  at: "2026-11-24T10:15:30.123456Z" as Instant,
  actor: { type: "engine" },
  epoch: 2,
  cmd: null,
};
const draft: EventDraft = {
  step: "extract" as StepKey,
  attempt: 1,
  data: { model: "m", latency_ms: 12, usage: null },
  artifacts: [{ role: "reply", mediaType: "application/octet-stream", content: Buffer.from("hello") }],
};
const salt = Buffer.alloc(32, 9);

function encode(change: { place?: Partial<EntryPlace>; draft?: Partial<EventDraft> } = {}) {
  return encodeEntry("step.succeeded", { ...draft, ...change.draft }, { ...place, ...change.place }, () => salt);
}

test("the bytes of an entry are the RFC 8785 form of what they say", () => {
  const actors: fc.Arbitrary<Actor> = fc.oneof(
    fc.constant<Actor>({ type: "engine" }),
    fc.record({ type: fc.constant("operator" as const), id: fc.string({ unit: "grapheme" }), credential: fc.option(fc.string()) }),
  );
  const data = fc.dictionary(
    fc.string(),
    fc.oneof(fc.string({ unit: "grapheme" }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constant(null)),
  );
  fc.assert(
    fc.property(actors, data, fc.string({ unit: "grapheme", maxLength: 40 }), fc.nat(), (actor, values, log, seq) => {
      const { entry } = encode({ place: { actor, log, seq }, draft: { data: values } });
      const text = Buffer.from(entry.body).toString("utf8");
      expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
    }),
  );
});

test("the leaf of an entry is SHA-256 over a zero byte and its bytes", () => {
  const { entry } = encode();
  expect(Buffer.from(entry.leaf).toString("hex")).toBe(
    createHash("sha256")
      .update(Buffer.from([0]))
      .update(entry.body)
      .digest("hex"),
  );
});

test("an artifact is bound by HMAC-SHA-256 under its own salt", () => {
  const { entry, artifacts } = encode();
  const c = createHmac("sha256", salt).update("rm-artifact/1\nhello").digest("hex");
  const read = readEntry(entry.body);
  expect(read.ok && read.value.refs).toEqual([{ role: "reply", type: "application/octet-stream", size: 5, c }]);
  expect(artifacts).toEqual([{ seq: 3, n: 0, role: "reply", mediaType: "application/octet-stream", salt, content: Buffer.from("hello") }]);
});

test("an entry reads back as it was written", () => {
  const { entry } = encode({ place: { actor: { type: "operator", id: "Zoë", credential: null } } });
  expect(readEntry(entry.body)).toMatchObject({
    ok: true,
    value: {
      log: place.log,
      run: place.runId,
      seq: 3,
      prev: "07".repeat(32),
      kind: "step.succeeded",
      step: "extract",
      attempt: 1,
      epoch: 2,
      cmd: null,
      data: draft.data,
    },
  });
});

test("an entry above its size limit is never written", () => {
  expect(() => encode({ draft: { data: { text: "x".repeat(entryBytesMax) } } })).toThrow(/more than 16384/);
});

const wrong: readonly (readonly [string, (body: { [key: string]: unknown }) => void])[] = [
  ["v", (body) => (body["v"] = "rm-entry/2")],
  ["log", (body) => (body["log"] = null)],
  ["run", (body) => (body["run"] = "01a19467")],
  ["seq", (body) => (body["seq"] = -1)],
  ["seq", (body) => (body["seq"] = 1.5)],
  ["prev", (body) => (body["prev"] = "07")],
  ["prev", (body) => (body["prev"] = "G".repeat(64))],
  ["kind", (body) => (body["kind"] = "step.improved")],
  ["step", (body) => (body["step"] = "no spaces allowed")],
  ["attempt", (body) => (body["attempt"] = "1")],
  ["at", (body) => (body["at"] = "2026-11-24T10:15:30Z")],
  ["actor", (body) => (body["actor"] = { type: "engine", id: "x", cred: null })],
  ["actor", (body) => (body["actor"] = { type: "operator", id: null, cred: null })],
  ["epoch", (body) => (body["epoch"] = null)],
  ["cmd", (body) => (body["cmd"] = "not-a-uuid")],
  ["data", (body) => (body["data"] = [])],
  ["refs", (body) => (body["refs"] = [{ c: "00" }])],
  ["refs", (body) => (body["refs"] = {})],
  ["body", (body) => (body["extra"] = 1)],
  ["body", (body) => delete body["cmd"]],
];

test.each(wrong)("an entry with a wrong %s is not read (case %#)", (field, spoil) => {
  const body = JSON.parse(Buffer.from(encode().entry.body).toString("utf8")) as { [key: string]: unknown };
  spoil(body);
  expect(readEntry(Buffer.from(JSON.stringify(body)))).toMatchObject({ ok: false, error: { field } });
});

test("bytes that are not one JSON object in UTF-8 are not read", () => {
  for (const bytes of [
    Buffer.from([0xff]),
    Buffer.from("{"),
    Buffer.from("[]"),
    Buffer.from("null"),
    Buffer.from("\uFEFF{}"),
    Buffer.alloc(0),
  ]) {
    expect(readEntry(bytes)).toMatchObject({ ok: false, error: { field: "body" } });
  }
});
