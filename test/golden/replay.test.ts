import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { importGraph } from "../../scripts/tidy/import-graph.ts";
import { readTree } from "../../scripts/tidy/tree.ts";
import type { StoredArtifact } from "../../src/domain/transition.ts";
import { commitmentOf, sha256Of } from "../../src/ledger/leaf.ts";
import { readBundle } from "../../src/verify/bundle/read-bundle.ts";
import type { Bundle } from "../../src/verify/bundle/read-bundle.ts";
import { makeCompiler } from "../../src/verify/compiled-plans.ts";
import { makePlanReader } from "../../src/verify/read-plan.ts";
import { replayRun } from "../../src/verify/replay/replay-run.ts";
import type { Replay } from "../../src/verify/replay/replay-run.ts";
import { rewrite } from "../support/rewrite.ts";
import { runKinds } from "../support/run-kinds.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const engines = readdirSync(here).filter((name) => name.startsWith("engine-"));
const golden = engines.flatMap((engine) => readdirSync(`${here}${engine}`).map((file) => `${engine}/${file}`));

function open(file: string): Bundle {
  const bundle = readBundle(readFileSync(`${here}${file}`));
  if (!bundle.ok) throw new Error(`${file}: ${bundle.error.file}: ${bundle.error.found}`);
  return bundle.value;
}

function replay({ record, log }: Pick<Bundle, "record" | "log">): Replay {
  return replayRun(record, { log, compile: makeCompiler(), readPlan: makePlanReader() });
}

/** The bundle with one artifact's content changed, and, where `sealed`, everything that was committed to it made anew. */
function altered(bundle: Bundle, place: string, options: { readonly sealed: boolean; readonly change: (content: string) => string }): Bundle {
  const { record } = bundle;
  const artifacts = record.artifacts.map((artifact): StoredArtifact => {
    if (`${artifact.seq}.${artifact.n}` !== place) return artifact;
    const content = options.change(Buffer.from(artifact.content).toString());
    if (content === Buffer.from(artifact.content).toString()) throw new Error(`${place} was not changed`);
    return { ...artifact, content: Buffer.from(content) };
  });
  if (!options.sealed) return { ...bundle, record: { ...record, artifacts } };
  const entries = rewrite(record.entries, (entry) => {
    const changed = artifacts.find((artifact) => `${artifact.seq}.${artifact.n}` === place);
    if (changed === undefined || entry.seq !== changed.seq) return entry;
    const refs = entry.refs.map((ref, n) =>
      n === changed.n ? { ...ref, c: commitmentOf(changed.salt, changed.content), size: changed.content.length } : ref,
    );
    return { ...entry, refs };
  });
  return { ...bundle, record: { ...record, artifacts, entries } };
}

test.each(golden)("the golden run %s replays byte for byte", (file) => {
  expect(replay(open(file))).toMatchObject({ verdict: "MATCH", unreplayed: [] });
});

test("every kind of run has its golden one", () => {
  expect(golden.toSorted()).toEqual(Object.keys(runKinds).map((kind) => `engine-1/${kind}.tar`).toSorted());
});

test("nothing that a replay leads to can reach a network, a file or a process", () => {
  const graph = importGraph(readTree(fileURLToPath(new URL("../../", import.meta.url))));
  const reached = new Set<string>();
  const builtins = new Set<string>();
  const walk = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const target of graph.get(file) ?? []) {
      if (target.type === "file") walk(target.path);
      else builtins.add(target.name);
    }
  };
  walk("src/verify/replay/replay-run.ts");
  expect(reached).toContain("src/engine/decide.ts");
  expect(reached).toContain("src/llm/openai-messages.ts");
  expect([...builtins].filter((name) => name.startsWith("node:"))).toEqual(["node:crypto"]);
  expect([...reached].filter((file) => /transport|http-client|storage|runtime/.test(file))).toEqual([]);
});

describe("a replay diverges where the record was altered, even when every hash was made anew", () => {
  const success = (): Bundle => open("engine-1/success.tar");

  test.each([
    ["a reply", "2.0", (text: string) => text.replace("rain falls", "snow falls"), { seq: 2, step: "s0" }],
    ["a reply so that it breaks the policy", "2.0", (text: string) => text.replace('\\"score\\":7', '\\"score\\":3'), { seq: 2, step: "s0" }],
    ["an outcome", "2.1", (text: string) => text.replace('"score":7', '"score":8'), { seq: 2, step: "s0" }],
    ["a verdict", "4.1", (text: string) => text.replace('"not_three"', '"not_four"'), { seq: 4, step: "s1" }],
    ["a prompt", "3.0", (text: string) => text.replace("rain", "snow"), { seq: 3, step: "s1" }],
    ["the parameters", "0.0", (text: string) => text.replace("rain", "snow"), { seq: 1, step: "s0" }],
  ])("%s", (_, place, change, at) => {
    expect(replay(altered(success(), place, { sealed: true, change }))).toMatchObject({ verdict: "DIVERGED", at });
  });

  test("and names the artifact where only its commitment tells", () => {
    const bundle = altered(success(), "4.0", { sealed: false, change: (text) => text.replace('"id"', '"di"').replace("chatcmpl", "chatcmp1") });
    expect(replay(bundle)).toMatchObject({ verdict: "DIVERGED", at: { seq: 4, step: "s1", field: "artifact 4.0 commitment" } });
  });

  test.each([
    ["a step that never started", 3, (entry: { readonly kind: string }) => ({ ...entry, step: "s2" })],
    ["a second attempt that no rule granted", 3, (entry: { readonly kind: string }) => ({ ...entry, attempt: 2 })],
    ["an end that does not follow", 7, () => ({ kind: "run.failed", data: { code: "timeout", step: "s2" } })],
  ])("%s", (_, seq, change) => {
    const bundle = success();
    const entries = rewrite(bundle.record.entries, (entry) => (entry.seq === seq ? { ...entry, ...change(entry) } : entry));
    expect(replay({ ...bundle, record: { ...bundle.record, entries } })).toMatchObject({ verdict: "DIVERGED", at: { seq } });
  });

  test("a record that ends in the middle of what one command makes true", () => {
    const bundle = open("engine-1/policy_failure.tar");
    const entries = bundle.record.entries.slice(0, -1);
    expect(replay({ ...bundle, record: { ...bundle.record, entries } })).toMatchObject({
      verdict: "DIVERGED",
      at: { seq: entries.length, expected: "run.failed of s1", found: "the end of the record" },
    });
  });

  test("an attestation whose outcome is not what it states", () => {
    const bundle = altered(open("engine-1/attested.tar"), "4.0", { sealed: true, change: (text) => text.replace("12.5", "99.5") });
    expect(replay(bundle)).toMatchObject({ verdict: "DIVERGED", at: { step: "sheet" } });
  });
});

describe("content that is gone", () => {
  test.each([
    ["a reply", ["2.0"], ["s0"]],
    ["an outcome", ["2.1"], ["s0"]],
    ["a reply and its outcome, and with them what depends on the output", ["2.0", "2.1"], ["s0", "s1"]],
    ["a request", ["3.0"], ["s1"]],
    ["the parameters", ["0.0"], ["s0", "s1", "s2"]],
  ])("makes the replay of its step impossible by design, and of nothing else: %s", (_, places, steps) => {
    const bundle = open("engine-1/success.tar");
    const artifacts = bundle.record.artifacts.filter(({ seq, n }) => !places.includes(`${seq}.${n}`));
    const found = replay({ ...bundle, record: { ...bundle.record, artifacts } });
    expect(found).toMatchObject({ verdict: "IMPOSSIBLE", steps });
  });

  test.each(golden)("all of it: the order of events of %s is still checked to the end", (file) => {
    const bundle = open(file);
    expect(replay({ ...bundle, record: { ...bundle.record, artifacts: [] } }).verdict).toBe("IMPOSSIBLE");
  });
});

test("a plan of an engine whose rules are not known here is refused, not guessed at", () => {
  const { record, log } = open("engine-1/success.tar");
  const planBytes = Buffer.from(Buffer.from(record.planBytes ?? []).toString().replace('"engine":"1"', '"engine":"9"'));
  const plan = sha256Of(planBytes);
  const entries = rewrite(record.entries, (entry) => (entry.seq === 0 ? { ...entry, data: { ...entry.data, engine: "9", plan } } : entry));
  expect(replay({ record: { ...record, entries, planBytes }, log })).toMatchObject({
    verdict: "REFUSED",
    findings: [{ field: "plan.engine", found: "9" }],
  });
});
