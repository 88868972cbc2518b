import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { formatSignerKey, formatVerifierKey, keyTypes } from "../../src/ledger/note-key.ts";
import { checkpointText } from "../../src/ledger/checkpoint.ts";
import { emptyLog, frontierIn, integrate, rootIn } from "../../src/ledger/log-tree.ts";
import { frontierBytes } from "../../src/ledger/merkle.ts";
import { formatNote, signText } from "../../src/ledger/signed-note.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Database } from "../../src/storage/pool.ts";
import { readDisorder, readLogForAudit } from "../../src/storage/read/log-audit.ts";
import { readRecords } from "../../src/storage/read/records.ts";
import type { Statement } from "../../src/storage/sql.ts";
import { readBundle } from "../../src/verify/bundle/read-bundle.ts";
import { verifyBundle } from "../../src/verify/bundle/verify-bundle.ts";
import { disorderFinding, makeLogAudit, parseKept } from "../../src/verify/verify-log.ts";
import { verifyRun } from "../../src/verify/verify-run.ts";
import { reckon } from "../cli/command-line.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { rewrite } from "../support/rewrite.ts";
import { runKinds } from "../support/run-kinds.ts";
import type { Stage } from "../support/run-kinds.ts";
import { origin, signer } from "../support/sealed-bundles.ts";
import { setStage } from "../support/stage.ts";
import { until } from "../support/until.ts";

// What somebody with every right on the database can do, row by row of the table in docs/evidence.md, and who finds out.

const logKey = signer(origin, keyTypes.ed25519, 11);
let database: TestDatabase;
let stage: Stage;
let run: RunId;
let other: RunId;
/** A checkpoint and an export that somebody kept elsewhere before anything was done. */
let kept = "";
let bundle: Uint8Array;
const atEnd = closeAfterAll();

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "reckoning-superuser-"));
  atEnd(async () => rmSync(folder, { recursive: true, force: true }));
  database = await createTestDatabase();
  atEnd(() => database.drop());
  const set = await setStage(database.url, {
    RECKONING_LOG_KEY: formatSignerKey(origin, keyTypes.ed25519, new Uint8Array(32).fill(11)),
    RECKONING_LOG_STATE_FILE: join(folder, "signed"),
  });
  atEnd(set.close);
  stage = set;
  run = (await runKinds["success"]?.(stage)) as RunId;
  other = (await runKinds["attested"]?.(stage)) as RunId;
  await runKinds["policy_failure"]?.(stage);
  await until("everything is sealed and signed", 20_000, async () => {
    const [row] = await database.rows<{ entries: number; signed: number }>(
      "select (select count(*)::int from reckoning.entry) as entries, (select max(size)::int from reckoning.log_checkpoint) as signed",
    );
    return row?.entries === row?.signed;
  });
  const [last] = await database.rows<{ note: string }>("select note from reckoning.log_checkpoint order by size desc limit 1");
  kept = last?.note ?? "";
  bundle = new Uint8Array(await (await fetch(`${stage.server().url}/api/runs/${run}/export`)).arrayBuffer());
});

/** What `reckon verify` says after these statements of a superuser, all of which are then undone. */
async function findingsAfter(
  change: (query: (text: string, values?: readonly unknown[]) => Promise<pg.QueryResult<Record<string, never>>>) => Promise<void>,
  keptNotes: readonly string[] = [],
): Promise<readonly string[]> {
  const client = new pg.Client({ connectionString: database.url });
  // As the store has it: counts are numbers.
  client.setTypeParser(pg.types.builtins.INT8, Number);
  await client.connect();
  try {
    await client.query("begin");
    await client.query("set local session_replication_role = replica");
    await client.query("set local reckoning.maintenance = on");
    for (const table of [
      "entry",
      "artifact",
      "run",
      "step_run",
      "run_head",
      "plan",
      "log_leaf",
      "log_tree",
      "log_tile",
      "log_checkpoint",
    ]) {
      const parts = await client.query<{ name: string }>(
        "select c.oid::regclass::text as name from pg_class c where c.oid = $1::regclass or c.oid in (select inhrelid from pg_inherits where inhparent = $1::regclass)",
        [`reckoning.${table}`],
      );
      for (const { name } of parts.rows) await client.query(`alter table ${name} disable trigger user`);
    }
    await change((text, values) => client.query(text, values === undefined ? [] : [...values]));
    const inside: Pick<Database, "query"> = {
      query: async <Row extends object>({ text, values }: Statement) => (await client.query<Row>(text, [...values])).rows,
    };
    const fields: string[] = [];
    for await (const { record } of readRecords(inside, null)) fields.push(...verifyRun(record, origin).map(({ field }) => field));
    const audit = makeLogAudit(
      origin,
      [logKey.verifier],
      keptNotes.flatMap((note) => parseKept(note) ?? []),
    );
    for await (const rows of readLogForAudit(inside)) {
      for (const row of rows) fields.push(...("type" in row ? audit.root(row) : audit.leaf(row)).map(({ field }) => field));
    }
    fields.push(...audit.end().map(({ field }) => field));
    fields.push(...(await readDisorder(inside, 10)).map((one) => disorderFinding(one).field));
    return fields;
  } finally {
    await client.query("rollback");
    await client.end();
  }
}

type Query = Parameters<Parameters<typeof findingsAfter>[0]>[0];

/** A run's entries as somebody with all rights writes them anew, chain and leaves and artifacts and all. */
async function rewriteRun(query: Query, from: string, to: string): Promise<void> {
  const { rows } = await query("select seq, body, leaf from reckoning.entry where run_id = $1 order by seq", [run]);
  const entries = (rows as unknown as { seq: number; body: Buffer; leaf: Buffer }[]).map((row) => row);
  const forged = rewrite(entries, (entry) => JSON.parse(JSON.stringify(entry).replaceAll(from, to)) as object);
  for (const { seq, body, leaf } of forged)
    await query("update reckoning.entry set body = $3, leaf = $4 where run_id = $1 and seq = $2", [run, seq, body, leaf]);
  await query("update reckoning.run_head set leaf = $2 where run_id = $1", [run, forged.at(-1)?.leaf]);
}

/** The log made anew over the entries as they stand now, and signed with the log's own key if the forger has it. */
async function rebuildLog(query: Query, options: { readonly signs: boolean }): Promise<void> {
  await query("update reckoning.log_leaf l set leaf = e.leaf from reckoning.entry e where e.run_id = l.run_id and e.seq = l.seq");
  const { rows } = await query("select leaf from reckoning.log_leaf order by idx");
  const { tree } = integrate(
    emptyLog,
    (rows as unknown as { leaf: Buffer }[]).map(({ leaf }) => leaf),
  );
  const root = rootIn(tree);
  await query("delete from reckoning.log_tree");
  await query("insert into reckoning.log_tree (size, root, frontier) values ($1, $2, $3)", [
    tree.size,
    root,
    frontierBytes(frontierIn(tree)),
  ]);
  if (!options.signs) return;
  const text = checkpointText({ origin, size: tree.size, root });
  await query("delete from reckoning.log_checkpoint");
  await query("insert into reckoning.log_checkpoint (origin, size, note) values ($1, $2, $3)", [
    origin,
    tree.size,
    formatNote(text, [signText(text, logKey)]),
  ]);
}

const nothing = async (): Promise<void> => undefined;

test("of a record that nobody touched nothing is said, also to whoever kept a checkpoint", async () => {
  expect(await findingsAfter(nothing, [kept])).toEqual([]);
});

describe("found out", () => {
  test("a row edited: already the table refuses it, for the leaf is not the hash of the body", async () => {
    const edit = findingsAfter(
      async (query) => void (await query("update reckoning.entry set body = body || ' '::bytea where run_id = $1 and seq = 2", [run])),
    );
    await expect(edit).rejects.toThrow("leaf_is_hash_of_body");
  });

  test("a row edited together with its leaf: by the chain, and by the log", async () => {
    const said = await findingsAfter(
      async (query) =>
        void (await query(
          "update reckoning.entry set body = b, leaf = sha256('\\x00'::bytea || b) from (select convert_to(replace(convert_from(body, 'UTF8'), '\"epoch\":1', '\"epoch\":2'), 'UTF8') as b from reckoning.entry where run_id = $1 and seq = 2) as x where run_id = $1 and seq = 2",
          [run],
        )),
    );
    expect(said).toEqual(expect.arrayContaining(["prev", "log: leaf"]));
  });

  test("the last entry of a run edited together with its leaf and everything derived from it: by the log", async () => {
    const said = await findingsAfter(async (query) => {
      await query(
        "update reckoning.entry set body = b, leaf = sha256('\\x00'::bytea || b) from (select convert_to(replace(convert_from(body, 'UTF8'), '\"epoch\":1', '\"epoch\":2'), 'UTF8') as b from reckoning.entry where run_id = $1 and seq = 7) as x where run_id = $1 and seq = 7",
        [run],
      );
      await query(
        "update reckoning.run_head set leaf = (select leaf from reckoning.entry where run_id = $1 and seq = 7), epoch = 2 where run_id = $1",
        [run],
      );
    });
    expect(said).toEqual(["log: leaf"]);
  });

  test("a middle row deleted", async () => {
    const said = await findingsAfter(
      async (query) => void (await query("delete from reckoning.entry where run_id = $1 and seq = 3", [run])),
    );
    expect(said).toEqual(expect.arrayContaining(["seq", "prev", "log: entry"]));
  });

  test("two rows exchanged", async () => {
    const said = await findingsAfter(async (query) => {
      await query("update reckoning.entry set seq = 100 where run_id = $1 and seq = 3", [run]);
      await query("update reckoning.entry set seq = 3 where run_id = $1 and seq = 4", [run]);
      await query("update reckoning.entry set seq = 4 where run_id = $1 and seq = 100", [run]);
    });
    expect(said).toEqual(expect.arrayContaining(["body.seq", "prev", "log: leaf"]));
  });

  test("the end of a run deleted, and all rows made to fit: by the log", async () => {
    const said = await findingsAfter(async (query) => {
      await query("delete from reckoning.entry where run_id = $1 and seq >= 1", [run]);
      await query("delete from reckoning.artifact where run_id = $1 and seq >= 1", [run]);
      await query("delete from reckoning.step_run where run_id = $1", [run]);
      await query("update reckoning.run set status = 'running', started_at = null, ended_at = null where run_id = $1", [run]);
      await query(
        "update reckoning.run_head set status = 'running', entry_count = 1, leaf = (select leaf from reckoning.entry where run_id = $1 and seq = 0) where run_id = $1",
        [run],
      );
    });
    expect(new Set(said)).toEqual(new Set(["log: entry"]));
  });

  const deleteRun = async (query: Query): Promise<void> => {
    for (const table of ["entry", "artifact", "step_run", "run", "run_head"])
      await query(`delete from reckoning.${table} where run_id = $1`, [run]);
  };

  test("a whole run deleted: by the log", async () => {
    expect(new Set(await findingsAfter(deleteRun))).toEqual(new Set(["log: entry"]));
  });

  test("a whole run deleted, and its places in the log too: by the gap, and by every root", async () => {
    const said = await findingsAfter(async (query) => {
      await deleteRun(query);
      await query("delete from reckoning.log_leaf where run_id = $1", [run]);
    });
    expect(said.some((field) => field === "log: index")).toBe(true);
    expect(said.some((field) => field.startsWith("log: size at size"))).toBe(true);
  });

  test("a run whose head, rows and first entry are gone is looked at for what is left of it", async () => {
    const said = await findingsAfter(async (query) => {
      for (const table of ["step_run", "run", "run_head"]) await query(`delete from reckoning.${table} where run_id = $1`, [run]);
      await query("delete from reckoning.entry where run_id = $1 and seq = 0", [run]);
    });
    expect(said).toEqual(expect.arrayContaining(["seq", "kind"]));
  });

  test.each([
    ["content", "update reckoning.artifact set content = content || ' '::bytea where run_id = $1 and seq = 2 and n = 0", /commitment$/],
    ["salt", "update reckoning.artifact set salt = sha256(salt) where run_id = $1 and seq = 2 and n = 0", /commitment$/],
    ["whole", "delete from reckoning.artifact where run_id = $1 and seq = 2 and n = 0", /^artifact 2\.0$/],
  ])("an artifact's %s changed without authority: by its commitment", async (_, statement, field) => {
    expect(await findingsAfter(async (query) => void (await query(statement, [run])))).toEqual(
      expect.arrayContaining([expect.stringMatching(field)]),
    );
  });

  test("a row that is derived changed", async () => {
    const said = await findingsAfter(
      async (query) => void (await query("update reckoning.run set initiated_by = 'mallory' where run_id = $1", [other])),
    );
    expect(said).toEqual(["run.initiatedBy"]);
  });

  test("a chain made anew, without the log's leaves: by the log", async () => {
    expect(new Set(await findingsAfter((query) => rewriteRun(query, "2026-", "2019-")))).toContain("log: leaf");
  });

  test("all made anew without the log's key: by the checkpoints that were signed", async () => {
    const said = await findingsAfter(async (query) => {
      await rewriteRun(query, "2026-", "2019-");
      await rebuildLog(query, { signs: false });
    });
    expect(said.some((field) => /^log: root at size \d+$/.test(field))).toBe(true);
  });

  test("all made anew with the log's key: by whoever kept a checkpoint, or an export", async () => {
    const forge = async (query: Query): Promise<void> => {
      await rewriteRun(query, "2026-", "2019-");
      await rebuildLog(query, { signs: true });
    };
    expect((await findingsAfter(forge, [kept])).some((field) => field.startsWith("log: root at size"))).toBe(true);
    const read = readBundle(bundle);
    const verdict = read.ok ? verifyBundle(read.value, [logKey.verifier]) : null;
    expect(verdict).toMatchObject({ findings: [], isAuthentic: true });
    const proof = Buffer.from((read.ok ? [...read.value.proofs.values()][0] : undefined) ?? []).toString();
    expect((await findingsAfter(forge, [proof])).some((field) => field.startsWith("log: "))).toBe(true);
  });

  test("a log that is shorter than a checkpoint somebody kept", async () => {
    const said = await findingsAfter(
      async (query) => {
        for (const table of ["log_leaf", "log_tree", "log_checkpoint"]) await query(`delete from reckoning.${table}`);
      },
      [kept],
    );
    expect(said).toEqual([expect.stringMatching(/^log: kept checkpoint at size \d+$/)]);
  });

  test("the order of a run turned round in the log", async () => {
    const said = await findingsAfter(async (query) => {
      await query("update reckoning.log_leaf set seq = case seq when 1 then 102 when 2 then 101 end where run_id = $1 and seq in (1, 2)", [
        run,
      ]);
      await query("update reckoning.log_leaf set seq = seq - 100 where run_id = $1 and seq > 100", [run]);
    });
    expect(said).toEqual(expect.arrayContaining(["log: leaf", "log: order"]));
  });
});

describe("not found out, as the table says", () => {
  test("all made anew with the log's key, by somebody who kept nothing", async () => {
    const said = await findingsAfter(async (query) => {
      await rewriteRun(query, "2026-", "2019-");
      await query(
        "update reckoning.run set created_at = created_at - interval '7 years', started_at = started_at - interval '7 years', ended_at = ended_at - interval '7 years' where run_id = $1",
        [run],
      );
      await query(
        "update reckoning.step_run set started_at = started_at - interval '7 years', ended_at = ended_at - interval '7 years' where run_id = $1",
        [run],
      );
      await rebuildLog(query, { signs: true });
    });
    // 2020 and 2024 had a day more: the derived rows do not fit the entries to the second, and only they tell.
    expect(said.filter((field) => !/^(run|step_run \w+)\.(createdAt|startedAt|endedAt)$/.test(field))).toEqual([]);
  });

  test("a run deleted whole before it was sealed: only a receipt tells, which names a leaf that is nowhere", async () => {
    const receipt = (
      await database.rows<{ leaf: string }>("select encode(leaf, 'hex') as leaf from reckoning.run_head where run_id = $1", [run])
    )[0]?.leaf;
    let found = -1;
    const said = await findingsAfter(async (query) => {
      await query("delete from reckoning.log_leaf");
      await query("delete from reckoning.log_tree");
      await query("delete from reckoning.log_checkpoint");
      for (const table of ["entry", "artifact", "step_run", "run", "run_head"])
        await query(`delete from reckoning.${table} where run_id = $1`, [run]);
      const { rows } = await query("select 1 from reckoning.entry where encode(leaf, 'hex') = $1", [receipt]);
      found = rows.length;
    });
    expect([said, found]).toEqual([[], 0]);
  });

  test("an entry with an old time, written now: its time is a claim, and its place in the log is late", async () => {
    const places = await database.rows<{ idx: string; run_id: string }>("select idx, run_id from reckoning.log_leaf order by idx");
    const later = places.findLast(({ run_id }) => run_id === run);
    expect(Number(later?.idx)).toBeGreaterThan(Number(places.find(({ run_id }) => run_id === run)?.idx));
    expect(
      await findingsAfter((query) => rewriteRun(query, "2026-", "2019-").then(() => rebuildLog(query, { signs: true })), [kept]),
    ).not.toEqual([]);
  });

  test("a lie in good form: a reply that a provider never gave, recorded by a worker that says it did", async () => {
    stage.provider.script({ kind: "ok", output: { answer: "made up", score: 9 } });
    const lied = (await runKinds["success"]?.(stage)) as RunId;
    for await (const { record } of readRecords(
      { query: async <Row extends object>({ text, values }: Statement) => database.rows<Row>(text, values) },
      lied,
    ))
      expect(verifyRun(record, origin)).toEqual([]);
  });
});

test("an export is authentic to whoever has the log's key, and to nobody else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "reckoning-authentic-"));
  const file = join(folder, "run.tar");
  try {
    writeFileSync(file, bundle);
    const authentic = await reckon(["verify", file, "--key", formatVerifierKey(logKey.verifier)]);
    expect(authentic).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^AUTHENTIC: .*signed by reckoning-machine\/local/s) as unknown,
    });
    const stranger = await reckon(["verify", file, "--key", formatVerifierKey(signer(origin, keyTypes.ed25519, 12).verifier)]);
    expect(stranger).toMatchObject({ code: 1, out: expect.stringContaining("proof: signature") as unknown });
    const nobody = await reckon(["verify", file]);
    expect(nobody).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^INTERNALLY CONSISTENT.*not that it is authentic\n$/s) as unknown,
    });
    expect(await reckon(["verify", file, "--key", "nonsense"])).toMatchObject({ code: 2 });
    const again = new Uint8Array(await (await fetch(`${stage.server().url}/api/runs/${run}/export`)).arrayBuffer());
    expect(Buffer.compare(again, bundle)).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the verifier key that an auditor pins is the one that signed", () => {
  expect(formatVerifierKey(logKey.verifier)).toMatch(/^reckoning-machine\/local\+[0-9a-f]{8}\+/);
});
