import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { RunView } from "../../src/domain/view.ts";
import { apiOf, attestation, putManifest, putTask, sheet, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { runReckon, startServer } from "../support/server.ts";

const atEnd = closeAfterAll();
let database: TestDatabase;
let api: Api;
let taskId: string;
let manifestId: string;
let waiting: RunView;

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  const server = await startServer(database.url);
  atEnd(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
  taskId = await putTask(api);
  manifestId = await putManifest(api, [
    { step_key: "first", task_id: taskId },
    { step_key: "sheet", step_type: "compute", depends_on: ["first"], compute_contract: sheet },
    { step_key: "last", task_id: taskId, depends_on: ["sheet"] },
  ]);
  waiting = await startRun(api, manifestId);
});

/** What happened and what was defined: written once. */
const appendOnly = ["task_version", "manifest_version", "manifest_step", "plan", "entry", "artifact", "command"];
/** Where things stand: derived from the entries, and compared with them by `reckon verify`. */
const projections = ["run", "step_run", "run_head", "task", "manifest"];

const divisionByZero = "22012";

/**
 * How the owner of the tables is answered, with ordinary triggers switched off: the strongest role short of one that
 * alters the tables. One message is one transaction, and its last statement takes it back: `divisionByZero` means "done".
 */
async function sqlstateOf(statement: string): Promise<string> {
  return database.rows(`set local session_replication_role = replica; ${statement}; select 1 / 0`).then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
}

async function anyColumnOf(table: string): Promise<string> {
  const [column] = await database.rows<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = 'reckoning.${table}'::regclass and attnum > 0 and attgenerated = '' order by attnum limit 1`,
  );
  return `${column?.name} = ${column?.name}`;
}

describe("promise 6: runs are immutable, step records append-only, artifacts never deleted", () => {
  test.each(appendOnly)("UPDATE, DELETE and TRUNCATE of reckoning.%s are refused to its owner", async (table) => {
    if (table !== "command") expect(await database.rows(`select from reckoning.${table} limit 1`)).toHaveLength(1);
    else await api.send("POST", "/api/runs", { manifest_id: manifestId, run_params: { topic: "ice" } }, { "idempotency-key": "one" });
    expect(await sqlstateOf(`update reckoning.${table} set ${await anyColumnOf(table)}`)).toBe("RM001");
    expect(await sqlstateOf(`delete from reckoning.${table}`)).toBe("RM001");
    expect(await sqlstateOf(`truncate reckoning.${table} cascade`)).toBe("RM001");
  });

  test.each(projections)("no row leaves reckoning.%s, not even by its owner's hand", async (table) => {
    expect(await sqlstateOf(`delete from reckoning.${table}`)).toBe("RM001");
    expect(await sqlstateOf(`truncate reckoning.${table} cascade`)).toBe("RM001");
  });

  test("every partition is guarded as its table is, the one for everything else too", async () => {
    const partitions = await database.rows<{ name: string; kind: string }>(
      "select c.relname as name, p.relname as kind from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent where p.relnamespace = 'reckoning'::regnamespace and p.relname in ('entry', 'artifact')",
    );
    expect(partitions.length).toBeGreaterThanOrEqual(4);
    const guards = await database.rows<{ name: string; guards: number }>(
      "select c.relname as name, count(*)::int as guards from pg_trigger t join pg_class c on c.oid = t.tgrelid where t.tgenabled = 'A' and c.relnamespace = 'reckoning'::regnamespace group by c.relname",
    );
    const counted = new Map(guards.map(({ name, guards: count }) => [name, count]));
    expect(partitions.filter(({ name }) => (counted.get(name) ?? 0) < 2)).toEqual([]);
    for (const { name } of partitions) expect(await sqlstateOf(`truncate reckoning.${name}`)).toBe("RM001");
  });

  test("a lawful statement of the same kind would have been done", async () => {
    expect(await sqlstateOf("update reckoning.run_head set epoch = epoch")).toBe(divisionByZero);
  });

  test("a body and its leaf cannot part: an entry whose hash is not its own is refused", async () => {
    const forged =
      "insert into reckoning.entry (run_id, seq, leaf, body) select run_id, seq + 1000, leaf, 'x{}'::bytea from reckoning.entry limit 1";
    expect(await sqlstateOf(forged)).toBe("23514");
  });

  test("no statement of the program deletes or rewrites what ran", () => {
    const folder = fileURLToPath(new URL("../../src/storage/", import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    const statements = files.flatMap(
      (file) => readFileSync(join(folder, file), "utf8").match(/\b(?:delete from|truncate|update) reckoning\.\w+/g) ?? [],
    );
    // A lease is the one thing that a process writes over; what it says is never evidence.
    expect([...new Set(statements)].filter((statement) => !/^update reckoning\.(run_head|task|manifest)$/.test(statement))).toEqual([]);
  });

  test("a definition that is edited under a waiting run changes nothing of that run", async () => {
    const before = await api.steps(waiting.id);
    const [task] = (await api.send<readonly { id: string; name: string }[]>("GET", "/api/tasks")).body.filter(({ id }) => id === taskId);
    const edited = {
      name: task?.name ?? "",
      prompt_template: "Say nothing.",
      extract_schema: { type: "object", required: ["other"], properties: { other: { type: "string" } } },
    };
    expect((await api.send("PUT", `/api/tasks/${taskId}`, edited)).status).toBe(200);
    expect((await api.send("PUT", `/api/manifests/${manifestId}/steps`, [{ step_key: "only", task_id: taskId }])).status).toBe(200);
    expect(await api.steps(waiting.id)).toEqual(before);
    expect(await api.run(waiting.id)).toEqual(waiting);
    const attested = await api.send("POST", `/api/runs/${waiting.id}/steps/${waiting.waiting_for?.step_run_id}/attest`, {
      ...attestation,
      resume: true,
    });
    expect(attested.status).toBe(200);
    await expect.poll(async () => (await api.run(waiting.id)).status).toBe("success");
    const last = (await api.steps(waiting.id)).find((step) => step.step_key === "last");
    expect(last?.canonical_output).toMatchObject({ answer: expect.any(String) as unknown });
  });

  test("a copy made at database level is a whole backup: it verifies, and its runs are there", async () => {
    const paused = await startRun(api, await putManifest(api, [{ step_key: "sheet", step_type: "compute", compute_contract: sheet }]));
    const copy = await database.copy();
    atEnd(() => copy.drop());
    expect(await runReckon(["verify"], { DATABASE_URL: copy.url })).toMatchObject({ code: 0 });
    const restored = await startServer(copy.url);
    atEnd(() => restored.kill("SIGTERM"));
    const there = apiOf(restored.url);
    expect(await there.run(paused.id)).toEqual(paused);
    const path = `/api/runs/${paused.id}/steps/${paused.waiting_for?.step_run_id}/attest`;
    expect((await there.send("POST", path, { ...attestation, resume: true })).status).toBe(200);
    await expect.poll(async () => (await there.run(paused.id)).status).toBe("success");
    expect((await api.run(paused.id)).status).toBe("waiting");
  });
});
