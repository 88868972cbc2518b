import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readTar } from "../../src/verify/bundle/tar.ts";
import { reckon } from "../cli/command-line.ts";
import { apiOf, attestation, putPausingManifest, startRun } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { runKinds } from "../support/run-kinds.ts";
import type { Stage } from "../support/run-kinds.ts";
import { startReckon } from "../support/server.ts";
import { setStage } from "../support/stage.ts";

// Runs of every kind, made by the real server, exported over HTTP and judged by the real commands.

let database: TestDatabase;
let stage: Stage;
let folder: string;
const atEnd = closeAfterAll();

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "reckoning-export-"));
  atEnd(async () => rmSync(folder, { recursive: true, force: true }));
  database = await createTestDatabase();
  atEnd(() => database.drop());
  const set = await setStage(database.url);
  atEnd(set.close);
  stage = set;
});

async function exported(id: string): Promise<Uint8Array> {
  const answer = await fetch(`${stage.server().url}/api/runs/${id}/export`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get("content-type")).toBe("application/x-tar");
  expect(answer.headers.get("content-disposition")).toBe(`attachment; filename="${id}.tar"`);
  return new Uint8Array(await answer.arrayBuffer());
}

function onDatabase(...argv: readonly string[]): Promise<{ readonly code: number | string; readonly out: string }> {
  const started = startReckon(argv, { DATABASE_URL: database.url });
  return started.ended.then((code) => ({ code, out: started.output() }));
}

describe("a run of each kind", () => {
  test.each(Object.keys(runKinds))("%s: its bundle verifies and replays", async (kind) => {
    const id = (await runKinds[kind]?.(stage)) ?? "";
    const file = join(folder, `${kind}.tar`);
    writeFileSync(file, await exported(id));
    const open = kind === "waiting";
    const verified = await reckon(["verify", file]);
    expect(verified).toMatchObject({
      code: open ? 4 : 0,
      out: expect.stringMatching(/^INTERNALLY CONSISTENT: .*not that it is authentic\n$/s) as unknown,
    });
    expect(verified.out.includes("the run had not ended")).toBe(open);
    expect(await reckon(["replay", file])).toMatchObject({ code: 0, out: expect.stringMatching(/^MATCH /) as unknown });
  });
});

describe("an export", () => {
  test("of the same run is the same, byte for byte, and tells no secret", async () => {
    const id = (await runKinds["attested"]?.(stage)) ?? "";
    const [first, second] = [await exported(id), await exported(id)];
    expect(Buffer.compare(first, second)).toBe(0);
    expect(Buffer.from(first).includes("sk-canary")).toBe(false);
    const files = readTar(first);
    expect(
      files.ok && files.value.map(({ name }) => name.replace(/\d+\.\d+/, "N")).filter((name, at, all) => all.indexOf(name) === at),
    ).toEqual(["entries.jsonl", "plan.json", "artifacts/N", "artifacts/N.salt", "report.html", "bundle.json"]);
  });

  test("unpacked by the system's tar it verifies as a folder, and a stranger among its files is found", async () => {
    const id = (await runKinds["success"]?.(stage)) ?? "";
    writeFileSync(join(folder, "unpack.tar"), await exported(id));
    const unpacked = join(folder, "unpacked");
    execFileSync("mkdir", [unpacked]);
    execFileSync("tar", ["-xf", join(folder, "unpack.tar"), "-C", unpacked]);
    expect(await reckon(["verify", unpacked])).toMatchObject({ code: 0 });
    writeFileSync(join(unpacked, "notes.txt"), "stray");
    expect(await reckon(["verify", unpacked])).toMatchObject({ code: 2, out: expect.stringContaining("notes.txt") as unknown });
  });

  test("by the command goes to a file that did not exist, and never over one that did", async () => {
    const id = (await runKinds["success"]?.(stage)) ?? "";
    const env = { RECKONING_URL: stage.server().url };
    const file = join(folder, "kept.tar");
    expect(await reckon(["export", id, "-o", file], { env })).toMatchObject({ code: 0 });
    expect(Buffer.compare(readFileSync(file), await exported(id))).toBe(0);
    expect(await reckon(["export", id, "-o", file], { env })).toMatchObject({
      code: 2,
      err: expect.stringContaining("left alone") as unknown,
    });
    const report = join(folder, "kept.html");
    expect(await reckon(["export", id, "--report", "-o", report, "--json"], { env })).toMatchObject({ code: 0 });
    expect(readFileSync(report, "utf8")).toMatch(/^<!doctype html>/);
  });

  test("of an open run grows with it, and says that it was open", async () => {
    const api = apiOf(stage.server().url);
    const run = await startRun(api, await putPausingManifest(api));
    const file = join(folder, "open.tar");
    writeFileSync(file, await exported(run.id));
    expect((await reckon(["verify", file, "--json"])).out).toContain('"open":true');
    await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, { ...attestation, resume: true });
    await expect.poll(async () => (await api.run(run.id)).status).toBe("success");
    const later = join(folder, "ended.tar");
    writeFileSync(later, await exported(run.id));
    expect((await reckon(["verify", later, "--json"])).out).toContain('"open":false');
  });

  test("of no run is refused", async () => {
    for (const what of ["export", "report"]) {
      const none = await fetch(`${stage.server().url}/api/runs/00000000-0000-7000-8000-000000000000/${what}`);
      expect([none.status, ((await none.json()) as { code: string }).code]).toEqual([404, "run_not_found"]);
      expect((await fetch(`${stage.server().url}/api/runs/nonsense/${what}`)).status).toBe(422);
    }
  });
});

test("the report is one page without script, that no browser may run anything in", async () => {
  const id = (await runKinds["success"]?.(stage)) ?? "";
  const answer = await fetch(`${stage.server().url}/api/runs/${id}/report`);
  expect(answer.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(answer.headers.get("content-security-policy")).toContain("sandbox");
  const page = await answer.text();
  expect(page).not.toMatch(/<script|javascript:|\son[a-z]+=|<b>because<\/b>/);
  expect(page).toContain("It rains &lt;b&gt;because&lt;/b&gt; of the clouds &amp; the wind.");
  const files = readTar(await exported(id));
  expect(files.ok && Buffer.from(files.value.find(({ name }) => name === "report.html")?.content ?? []).toString()).toBe(page);
});

test("a file that is no export is unreadable, not wrong", async () => {
  const file = join(folder, "no.tar");
  writeFileSync(file, "x".repeat(2000));
  expect(await reckon(["verify", file])).toMatchObject({ code: 2, out: expect.stringMatching(/^UNREADABLE/) as unknown });
  expect(await reckon(["replay", file])).toMatchObject({ code: 2 });
  expect(await reckon(["verify", join(folder, "absent.tar")])).toMatchObject({ code: 2 });
});

test("all runs of a database are verified and replayed in the order of their ids, and again from any of them on", async () => {
  const all = await onDatabase("verify", "--json");
  const summary = JSON.parse(all.out.trim().split("\n").at(-1) ?? "") as { runs: number; last: string };
  expect(all.code).toBe(0);
  const ids = (await database.rows<{ run_id: string }>("select run_id from reckoning.run_head order by run_id")).map(
    ({ run_id }) => run_id,
  );
  expect(summary).toMatchObject({ runs: ids.length, last: ids.at(-1) });
  const rest = await onDatabase("verify", "--json", "--after", ids[2] ?? "");
  expect(JSON.parse(rest.out)).toMatchObject({ runs: ids.length - 3, last: ids.at(-1) });
  expect(await onDatabase("replay", "--all")).toMatchObject({
    code: 0,
    out: `${ids.length} match, 0 diverged, 0 in part erased, 0 refused`,
  });
});
