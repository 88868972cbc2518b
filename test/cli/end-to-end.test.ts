import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { runReckon, startServer } from "../support/server.ts";
import type { Ended, ReckonServer } from "../support/server.ts";
import { reckon as inProcess } from "./command-line.ts";
import type { RunView, StepRunView } from "../../src/domain/view.ts";

// The real program against the real server on a real database: what stands in the example's README.

const root = fileURLToPath(new URL("../../", import.meta.url));
const example = "examples/quarterly-report";

let database: TestDatabase;
let server: ReckonServer;
const atEnd = closeAfterAll();

/** The program as it is started from a shell. */
async function reckonProcess(...argv: readonly string[]): Promise<Ended> {
  return runReckon(argv, { RECKONING_URL: server.url, DATABASE_URL: database.url }, { cwd: root });
}

/** The same command line without a process of its own, which starts at once. */
async function reckon(...argv: readonly string[]): Promise<Ended> {
  return inProcess(argv, { env: { RECKONING_URL: server.url } });
}

const start = ["run", "quarterly-report", "--params", `${example}/params.yaml`, "--params", `document=@${example}/report.txt`];
const attest = [
  "--by",
  "ada",
  "--outcome",
  "SUCCESS",
  "--artifact",
  `projection.csv=@${example}/projection.csv`,
  "--output",
  `@${example}/projection.json`,
];

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  server = await startServer(database.url);
  atEnd(() => server.kill("SIGTERM"));
  const applied = await reckonProcess("apply", "-f", `${example}/workflow.yaml`);
  if (applied.code !== 0) throw new Error(applied.err);
});

async function startedRun(): Promise<string> {
  const { code, out } = await reckon(...start, "--wait", "30");
  expect(code).toBe(8);
  return out.split(" ")[0] ?? "";
}

describe("the example", () => {
  test("applied a second time it changes nothing", async () => {
    const { out } = await reckon("apply", "-f", `${example}/workflow.yaml`);
    expect(
      out
        .trim()
        .split("\n")
        .map((line) => line.split(" ").slice(0, 3).join(" ")),
    ).toEqual([
      "task extract-figures unchanged",
      "task check-coverage unchanged",
      "task write-memo unchanged",
      "manifest quarterly-report unchanged",
    ]);
  });

  test("it runs on the stub to the pause and, attested and resumed, to the end", async () => {
    const paused = await reckonProcess(...start, "--watch");
    expect(paused.code).toBe(8);
    expect(paused.out).toMatch(/figures SUCCESS[^]*spreadsheet_model WAITING_FOR_ATTESTATION/);
    const runId = /run ([0-9a-f-]{36}) waiting/.exec(paused.out)?.[1] ?? "";
    expect(paused.err).toContain(
      `reckon attest ${runId} spreadsheet_model --by YOUR_NAME --outcome SUCCESS --artifact projection.csv=@FILE`,
    );
    const ended = await reckonProcess("attest", runId, ...attest, "--resume", "--watch");
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.out).toMatch(/memo SUCCESS[^]*success\n$/);
    const memo = JSON.parse((await reckon("show", runId, "--step", "memo", "--json")).out) as StepRunView & {
      attempts: { prompt: string }[];
    };
    expect(memo.attempts[0]?.prompt).toContain("projects 12908.669 for 2009Q4");
    expect(memo.canonical_output).toMatchObject({ recommendation: "escalate" });
    const shown = await reckon("show", runId, "--step", "memo");
    expect(shown.out).toContain("PASS memo_cites_the_spreadsheet");
    const verified = await reckonProcess("verify", runId);
    expect(verified).toMatchObject({ code: 0 });
    expect(verified.out).toMatch(/^OK: 1 run, \d+ entries, 0 findings\n$/);
  }, 60_000);

  test("for another quarter the policy stops the stub, and nothing after it starts", async () => {
    const { code, out } = await reckon(...start, "--params", "quarter=2009Q2", "--watch");
    expect(code).toBe(3);
    expect(out).toMatch(/figures FAIL .*policy_violation/);
    expect(out).toMatch(/memo SKIPPED.*because figures failed/);
  });

  test("an attestation with another projection is taken, and the memo that does not cite it fails", async () => {
    const runId = await startedRun();
    const output = JSON.stringify({ next_quarter: "2009Q4", projected_real_gdp: 13000.5, annualized_growth_percent: 0.3 });
    const { code } = await reckon("attest", runId, ...attest.slice(0, -1), output, "--resume", "--watch");
    expect(code).toBe(3);
    const { out } = await reckon("show", runId, "--step", "memo");
    expect(out).toContain("FAIL memo_cites_the_spreadsheet");
  });

  test("an attestation without its artifact is refused with its name, and the run goes on waiting", async () => {
    const runId = await startedRun();
    const { code, err } = await reckon("attest", runId, "--by", "ada", "--outcome", "SUCCESS", "--output", `@${example}/projection.json`);
    expect(code).toBe(1);
    expect(err).toMatch(/attestation_incomplete[^]*projection\.csv/);
    expect((await reckon("show", runId, "--exit-status")).code).toBe(8);
  });
});

describe("the commands", () => {
  test("attest and resume in two calls, as the original has it", async () => {
    const runId = await startedRun();
    const attested = await reckon("attest", runId, "spreadsheet_model", ...attest, "--notes", "checked twice");
    expect(attested).toMatchObject({ code: 0, out: "spreadsheet_model attested SUCCESS by ada\n" });
    expect((await reckon("attest", runId, "spreadsheet_model", ...attest)).code).toBe(1);
    expect((await reckon("resume", runId, "--by", "carol", "--watch")).code).toBe(0);
    expect((await reckon("resume", runId)).code).toBe(1);
    const entries = (await reckon("show", runId, "--entries", "--json")).out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { body: { kind: string } });
    expect(entries.map(({ body }) => body.kind)).toEqual(
      expect.arrayContaining(["run.created", "attestation.submitted", "run.resumed", "run.succeeded"]),
    );
  });

  test("a FAIL ends the run in error and a cancelled one is no error", async () => {
    const failed = await startedRun();
    expect((await reckon("attest", failed, "--by", "ada", "--outcome", "FAIL", "--notes", "does not balance")).code).toBe(0);
    expect((await reckon("watch", failed)).code).toBe(3);
    const cancelled = await startedRun();
    expect((await reckon("cancel", cancelled, "--by", "ada", "--reason", "wrong quarter")).code).toBe(0);
    expect((await reckon("watch", cancelled)).code).toBe(5);
  });

  test("the same key starts one run", async () => {
    const first = await reckon(...start, "--idempotency-key", "nightly-1");
    const second = await reckon(...start, "--idempotency-key", "nightly-1");
    expect(first.out).toMatch(/^[0-9a-f-]{36}\n$/);
    expect(second.out).toBe(first.out);
    expect(await reckon(...start, "--params", "quarter=2009Q2", "--idempotency-key", "nightly-1")).toMatchObject({
      code: 1,
      err: expect.stringContaining("idempotency_key_reused") as unknown,
    });
  });

  test("runs lists newest first in pages, and a run is found by the end of its id", async () => {
    const ids = [await startedRun(), await startedRun()];
    const listed = await reckon("runs", "--manifest", "quarterly-report", "--status", "waiting", "--limit", "1", "--json");
    const [newest] = listed.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as RunView);
    expect(newest?.id).toBe(ids[1]);
    const cursor = /--cursor (\S+)/.exec(listed.err)?.[1] ?? "";
    const next = await reckon(
      "runs",
      "--manifest",
      "quarterly-report",
      "--status",
      "waiting",
      "--limit",
      "1",
      "--cursor",
      cursor,
      "--json",
    );
    expect((JSON.parse(next.out) as RunView).id).toBe(ids[0]);
    expect((await reckon("show", (ids[0] ?? "").slice(-12), "--exit-status")).code).toBe(8);
    expect((await reckon("runs", "--all", "--limit", "2", "--json")).out.trim().split("\n").length).toBeGreaterThan(2);
  });

  test("apply shows the server's faults with the lines of the file", async () => {
    const { code, err } = await reckon("apply", "-f", "test/cli/faulty.yaml");
    expect(code).toBe(1);
    expect(err).toMatch(/test\/cli\/faulty\.yaml:9:\d+ \/tasks\/0\/policy\/0\/expr/);
  });

  test("show --artifact gives the exact bytes of a request", async () => {
    const runId = await startedRun();
    const step = JSON.parse((await reckon("show", runId, "--step", "figures", "--json")).out) as StepRunView;
    const { out } = await reckon("show", runId, "--artifact", step.attempts[0]?.request_artifact ?? "");
    const prompt = (JSON.parse(out) as { prompt: string }).prompt;
    expect(prompt).toContain(readFileSync(new URL("../../examples/quarterly-report/report.txt", import.meta.url), "utf8").trim());
  });

  test("tasks, manifests, version and verify speak of the same server", async () => {
    expect((await reckon("tasks")).out).toMatch(/extract-figures/);
    expect((await reckon("manifests")).out).toMatch(/quarterly-report +v1 +4/);
    expect((await reckon("version", "--server")).code).toBe(0);
    expect(await reckonProcess("verify")).toMatchObject({ code: 0 });
  });
});
