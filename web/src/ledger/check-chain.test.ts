import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Entry } from "../api/generated.ts";
import { checkChain } from "./check-chain.ts";

const runId = "0190b2c4-0000-7000-8000-000000000000";

function chain(length: number): Entry[] {
  const entries: Entry[] = [];
  for (let seq = 0; seq < length; seq += 1) {
    const body = {
      v: "rm-entry/1",
      log: "test",
      run: runId,
      seq,
      prev: entries.at(-1)?.leaf ?? null,
      kind: seq === 0 ? "run.created" : "step.started",
      step: seq === 0 ? null : "näme",
      attempt: null,
      at: "2026-11-24T10:15:30.123456Z",
      actor: { type: "engine", id: null, cred: null },
      epoch: 1,
      cmd: null,
      data: {},
      refs: [],
    } as const;
    const bytes = Buffer.from(JSON.stringify(body));
    entries.push({ seq, leaf: leafOf(bytes), body, bytes: bytes.toString("base64") });
  }
  return entries;
}

function leafOf(bytes: Uint8Array): string {
  return createHash("sha256").update("\0").update(bytes).digest("hex");
}

/** The entry with other bytes, its leaf made to fit them. */
function rewritten(entry: Entry, change: (text: string) => string): Entry {
  const bytes = Buffer.from(change(Buffer.from(entry.bytes, "base64").toString("utf8")));
  return { ...entry, bytes: bytes.toString("base64"), leaf: leafOf(bytes), body: JSON.parse(bytes.toString("utf8")) as Entry["body"] };
}

describe("the chain of a run, recomputed in the browser", () => {
  test("holds when nothing was changed", async () => {
    const entries = chain(5);
    const head = entries[4]?.leaf ?? "";
    expect(await checkChain(entries, { runId, head })).toEqual({ holds: true, entries: 5, head });
  });

  const [, second] = chain(5);
  if (second === undefined) throw new Error("a chain of five has a second entry");
  test.each<readonly [string, (entries: Entry[]) => Entry[], number, RegExp]>([
    ["a flipped bit", (all) => all.with(2, { ...second, seq: 2, bytes: flipped(all[2] ?? second) }), 2, /digest of its bytes/],
    ["bytes that are no base64", (all) => all.with(1, { ...second, bytes: "%" }), 1, /cannot be read/],
    ["an entry left out", (all) => all.toSpliced(2, 1), 2, /stands at place 2/],
    ["two entries swapped", (all) => [all[1] ?? second, all[0] ?? second], 0, /stands at place 0/],
    [
      "an entry rewritten with a fitting leaf",
      (all) =>
        all.with(
          1,
          rewritten(second, (text) => text.replace("engine", "person")),
        ),
      2,
      /does not follow/,
    ],
    [
      "an entry of another run",
      (all) =>
        all.with(
          1,
          rewritten(second, (text) => text.replace("0190b2c4", "0190b2c5")),
        ),
      1,
      /another run/,
    ],
    ["another body shown than the bytes say", (all) => all.with(1, { ...second, body: { ...second.body, epoch: 9 } }), 1, /what is shown/],
    ["the end cut off", (all) => all.slice(0, 3), 2, /its head/],
  ])("shows %s", async (_what, change, seq, fault) => {
    const entries = chain(5);
    const head = entries[4]?.leaf ?? "";
    const state = await checkChain(change(entries), { runId, head });
    expect(state).toMatchObject({ holds: false, seq, fault: expect.stringMatching(fault) as string });
  });
});

function flipped(entry: Entry): string {
  const bytes = Buffer.from(entry.bytes, "base64");
  bytes[10] = (bytes[10] ?? 0) ^ 1;
  return bytes.toString("base64");
}
