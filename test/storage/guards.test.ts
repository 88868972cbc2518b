import type pg from "pg";
import { beforeAll, describe, expect, test } from "vitest";
import { present } from "../../src/domain/assert.ts";
import { makeOperatorKey } from "../../src/attestation/operator-key.ts";
import { enrollKey, revokeKey } from "../../src/runtime/keys.ts";
import { openRegister } from "../../src/runtime/register.ts";
import { openClock } from "../../src/storage/clock.ts";
import { openTokenDesk } from "../../src/runtime/token-desk.ts";
import { openDatabase } from "../../src/storage/pool.ts";
import type { Database } from "../../src/storage/pool.ts";
import { readRecords } from "../../src/storage/read/records.ts";
import { openUpload } from "../../src/storage/write/upload.ts";
import { noteAccess } from "../../src/storage/write/register.ts";
import type { Statement } from "../../src/storage/sql.ts";
import { verifyRun } from "../../src/verify/verify-run.ts";
import { apiOf, attestation, putPausingManifest, startRun } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { connectAs, createLogin } from "../support/login.ts";
import { startServer } from "../support/server.ts";
import { until } from "../support/until.ts";

// The table of LEDGER 2.1: who can do what to which table. `denied` is a missing privilege (42501), `held` a guard of the
// database (RM001), `done` means that nothing held it: against such a hand only the chain and the signed log help.
type Outcome = "denied" | "held" | "done";
const wordOf: Readonly<Record<string, Outcome>> = { "42501": "denied", RM001: "held" };

/** Rows that are never changed once they are there. */
const history = [
  ...["entry", "artifact", "command", "plan", "task_version", "manifest_version", "manifest_step", "schema_migration"],
  ...["log_leaf", "log_tile", "log_tree", "log_checkpoint", "log_epoch"],
  ...["token", "token_revocation", "operator_key", "key_revocation", "challenge", "access", "upload", "upload_chunk"],
];
/** Rows that move with the history and are never removed. */
const projections = ["run_head", "run", "step_run", "task", "manifest", "notice_attempt", "token_use"];

const origin = "example.org/guards";
let database: TestDatabase;
let partitions: readonly string[];
const sessions = new Map<string, pg.Client>();

const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  const server = await startServer(database.url, { RECKONING_LOG_ORIGIN: origin });
  atEnd(() => server.kill("SIGTERM"));
  const api = apiOf(server.url);
  const run = await startRun(api, await putPausingManifest(api));
  const path = `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`;
  // The key makes a row of the table `command`.
  await api.send("POST", path, { ...attestation, resume: true }, { "idempotency-key": "k1" });
  await until("the run ends", 20_000, async () => (await api.run(run.id)).status === "success");
  const sealed = "select from reckoning.log_tree where size = (select count(*) from reckoning.entry)";
  await until("the run is sealed", 20_000, async () => (await database.rows(sealed)).length === 1);
  // What a log of a few entries does not have.
  await database.rows("insert into reckoning.log_tile values (7, 0, sha256('root'), decode(repeat('00', 8192), 'hex'))");
  await database.rows("insert into reckoning.log_checkpoint (origin, size, note) values ('o', 1, 'note')");
  await database.rows("select reckoning.open_epoch(2, 'o/epoch-2', 'somebody', 'a reason', 0, 'note')");
  await makeTokenRows();
  const found = await database.rows<{ name: string }>(
    `select distinct e.tableoid::regclass::text as name from reckoning.entry e
      union select distinct a.tableoid::regclass::text from reckoning.artifact a order by 1`,
  );
  partitions = found.map(({ name }) => name.replace("reckoning.", ""));
  await openSession("rm_app", await loginUrl("in role rm_app"));
  await openSession("rm_sealer", await loginUrl("in role rm_sealer"));
  await openSession("rm_auditor", await loginUrl("in role rm_auditor"));
  await openSession("superuser", database.url);
  await (await openSession("owner", database.url)).query("set role rm_owner");
});

/** A token that was given out and revoked, and a look that was noted. */
async function makeTokenRows(): Promise<void> {
  const db = openDatabase({ url: database.url, applicationName: "test", poolMax: 1 });
  try {
    const desk = await openTokenDesk(db, origin);
    const { token } = await desk.create({ subject: "eve", roles: ["auditor"], days: 1 });
    await desk.revoke({ token: token.id, reason: "test" });
    const register = openRegister({ db, log: origin, now: (await openClock(db)).now, newSalt: () => new Uint8Array(32) });
    const custodian = { type: "operator", id: "kate", credential: null } as const;
    const { publicKey } = makeOperatorKey();
    const enrolled = await enrollKey({ db, register }, { subject: "eve", printedName: "Eve", publicKey, replaces: null }, custodian);
    if (enrolled.ok) await revokeKey({ db, register }, { key: enrolled.value.id, reason: "test" }, custodian);
    await database.rows("select reckoning.issue_challenge(sha256('n'), sha256('d'), gen_random_uuid(), 's', 'eve', now())");
    const upload = await openUpload(db, "00000000-0000-7000-8000-000000000009");
    await upload.put(0, Buffer.from("x"));
    await upload.finish({ id: "00000000-0000-7000-8000-000000000009", sha256: "0".repeat(64) as never, bytes: 1, by: custodian });
    await upload.close();
    await noteAccess(db, { subject: "eve", credential: `token:${token.id}`, operation: "getRun", target: "/" });
  } finally {
    await db.close();
  }
}

async function loginUrl(clauses: string): Promise<string> {
  const login = await createLogin(database, clauses);
  atEnd(login.drop);
  return login.url;
}

async function openSession(who: string, url: string): Promise<pg.Client> {
  const session = await connectAs(url);
  atEnd(() => session.end());
  sessions.set(who, session);
  return session;
}

function sessionOf(who: string): pg.Client {
  return present(sessions.get(who), `the session of ${who}`);
}

/** Runs statements in a transaction that is rolled back, and says what became of the last. */
async function outcomeOf(who: string, ...statements: readonly string[]): Promise<string> {
  const session = sessionOf(who);
  await session.query("begin");
  try {
    for (const statement of statements) await session.query(statement);
    return "done";
  } catch (error) {
    const code = (error as { readonly code?: string }).code ?? "none";
    return wordOf[code] ?? `${code}: ${String(error)}`;
  } finally {
    await session.query("rollback");
  }
}

async function firstColumn(table: string): Promise<string> {
  const rows = await database.rows<{ attname: string }>(
    "select attname from pg_attribute where attrelid = $1::regclass and attnum > 0 order by attnum limit 1",
    [`reckoning.${table}`],
  );
  return rows[0]?.attname ?? "";
}

async function actionsOn(table: string): Promise<Readonly<Record<string, readonly string[]>>> {
  const column = await firstColumn(table);
  const replica = "set local session_replication_role = replica";
  return {
    insert: [`insert into reckoning.${table} select * from reckoning.${table} where false`],
    update: [`update reckoning.${table} set ${column} = ${column}`],
    delete: [`delete from reckoning.${table}`],
    truncate: [`truncate reckoning.${table} cascade`],
    "update as replica": [replica, `update reckoning.${table} set ${column} = ${column}`],
    "delete as replica": [replica, `delete from reckoning.${table}`],
    "truncate as replica": [replica, `truncate reckoning.${table} cascade`],
    drop: [`drop table reckoning.${table} cascade`],
    "switch the guards off": [`alter table reckoning.${table} disable trigger user`],
    "drop, said to be meant": ["set local reckoning.maintenance = on", `drop table reckoning.${table} cascade`],
    "switch the guards off, said to be meant": [
      "set local reckoning.maintenance = on",
      `alter table reckoning.${table} disable trigger user`,
    ],
  };
}

const nobody = (word: Outcome): Readonly<Record<string, Outcome>> =>
  Object.fromEntries(
    [
      "insert",
      "update",
      "delete",
      "truncate",
      "update as replica",
      "delete as replica",
      "truncate as replica",
      "drop",
      "switch the guards off",
      "drop, said to be meant",
      "switch the guards off, said to be meant",
    ].map((action) => [action, word]),
  );

/** What LEDGER 2.1 says of `who` on a table of history, or of projections. */
function expected(who: string, kind: "history" | "projections"): Readonly<Record<string, Outcome>> {
  if (who.startsWith("rm_")) return nobody("denied");
  const may: Readonly<Record<string, Outcome>> = {
    insert: "done",
    ...(kind === "projections" ? { update: "done" } : {}),
    "drop, said to be meant": "done",
    "switch the guards off, said to be meant": "done",
  };
  // Only a superuser can pretend to be a replica, and the guards hold then too.
  const asReplica: Readonly<Record<string, Outcome>> =
    who === "owner"
      ? { "update as replica": "denied", "delete as replica": "denied", "truncate as replica": "denied" }
      : kind === "projections"
        ? { "update as replica": "done" }
        : {};
  return { ...nobody("held"), ...may, ...asReplica };
}

test("every table of the schema stands in the matrix", async () => {
  const rows = await database.rows<{ relname: string }>(
    "select relname from pg_class where relnamespace = 'reckoning'::regnamespace and relkind in ('r', 'p') and not relispartition order by 1",
  );
  expect([...history, ...projections].sort()).toEqual(rows.map((row) => row.relname));
});

describe.each(["rm_app", "rm_sealer", "rm_auditor", "owner", "superuser"])("%s", (who) => {
  test.each([...history.map((table) => [table, "history"] as const), ...projections.map((table) => [table, "projections"] as const)])(
    "on %s (%s)",
    async (table, kind) => {
      const outcomes: Record<string, string> = {};
      for (const [action, statements] of Object.entries(await actionsOn(table))) outcomes[action] = await outcomeOf(who, ...statements);
      expect(outcomes).toEqual(expected(who, kind));
    },
  );

  test("on the partitions that hold rows: the same as on the whole", async () => {
    expect(partitions.length).toBeGreaterThanOrEqual(2);
    for (const partition of partitions) {
      const outcomes: Record<string, string> = {};
      for (const [action, statements] of Object.entries(await actionsOn(partition))) outcomes[action] = await outcomeOf(who, ...statements);
      expect(outcomes).toEqual(expected(who, "history"));
      const detach = `alter table reckoning.${partition.split("_")[0]} detach partition reckoning.${partition}`;
      expect(await outcomeOf(who, detach)).toBe(who.startsWith("rm_") ? "denied" : "held");
    }
  });

  test("reads what it must", async () => {
    for (const table of [...history, ...projections]) expect(await outcomeOf(who, `select * from reckoning.${table} limit 1`)).toBe("done");
  });

  test("calls the functions it must and no other", async () => {
    const { rows } = await sessionOf(who).query<{ proname: string }>(
      `select distinct proname from pg_proc
        where pronamespace = 'reckoning'::regnamespace and prosecdef and has_function_privilege(oid, 'execute') order by 1`,
    );
    const sealers = ["pending_entries", "publish_checkpoint", "seal"];
    const leasers = ["claim_runs", "release_leases", "renew_leases"];
    const people = [
      "erase_artifact",
      "claim_notices",
      "settle_notice",
      "use_token",
      "finish_upload",
      "issue_challenge",
      "note_access",
      "put_chunk",
      "register",
    ];
    const writers = ["append", "make_partitions", "publish_manifest", "publish_task", "put_plan", ...leasers, ...sealers, ...people];
    // The owner may call what it owns, a superuser anything: epochs are opened by those who administer the database.
    const all = { rm_app: writers, rm_sealer: sealers, rm_auditor: [] }[who] ?? [...writers, "open_epoch"];
    expect(rows.map((row) => row.proname)).toEqual(all.toSorted());
  });
});

test("every function that runs with the owner's rights has a fixed search path, and none is open to everybody", async () => {
  const loose = await database.rows(
    `select oid::regprocedure::text as function from pg_proc
      where pronamespace = 'reckoning'::regnamespace and prosecdef
        and (not coalesce(proconfig, '{}') @> '{"search_path=pg_catalog, pg_temp"}'
             or exists (select from aclexplode(coalesce(proacl, acldefault('f', proowner))) where grantee = 0))`,
  );
  expect(loose).toEqual([]);
});

test("a sha256 of the login's own does not stand in for the database's", async () => {
  const shadow = "create function pg_temp.sha256(bytea) returns bytea language sql immutable as $f$ select $1 $f$";
  const digest = "'\\x" + "00".repeat(32) + "'";
  const said = await outcomeOf(
    "rm_app",
    shadow,
    "set local search_path = pg_temp, pg_catalog, public",
    `select reckoning.put_plan(${digest}, ${digest})`,
  );
  expect(said).toMatch(/^23514: /);
});

describe("what nothing holds against the owner, reckon verify finds", () => {
  async function findingsAfter(...statements: readonly string[]): Promise<readonly string[]> {
    const session = sessionOf("owner");
    await session.query("begin");
    try {
      await session.query("set local reckoning.maintenance = on");
      for (const statement of statements) await session.query(statement);
      const inside: Pick<Database, "query"> = {
        query: async <Row extends object>({ text, values }: Statement) => (await session.query<Row>(text, [...values])).rows,
      };
      const fields: string[] = [];
      for await (const { record } of readRecords(inside, null)) fields.push(...verifyRun(record, origin).map((finding) => finding.field));
      return fields;
    } finally {
      await session.query("rollback");
    }
  }

  const off = (table: string): string => `alter table reckoning.${table} disable trigger user`;

  test("an untouched record has no finding", async () => {
    expect(await findingsAfter("select 1")).toEqual([]);
  });

  test.each<readonly [string, readonly string[]]>([
    [
      "an entry rewritten with its leaf",
      [off("entry"), `update reckoning.entry set body = body || ' ', leaf = sha256('\\x00'::bytea || body || ' ') where seq = 2`],
    ],
    ["an entry deleted", [off("entry"), "delete from reckoning.entry where seq = 3"]],
    ["the last entries deleted", [off("entry"), "delete from reckoning.entry where seq > 3"]],
    ["an artifact's bytes replaced", [off("artifact"), "update reckoning.artifact set content = 'x' where role = 'reply'"]],
    ["an artifact's salt replaced", [off("artifact"), "update reckoning.artifact set salt = sha256('x') where role = 'params'"]],
    [
      "an artifact forged",
      [
        "insert into reckoning.artifact (run_id, seq, n, role, media_type, salt, content) select run_id, seq, 7, role, media_type, salt, content from reckoning.artifact where seq = 0",
      ],
    ],
    ["a run's row changed", ["update reckoning.run set initiated_by = 'mallory'"]],
    ["a step's row changed", ["update reckoning.step_run set attempts = 9"]],
    ["a head moved", ["update reckoning.run_head set entry_count = 2"]],
    ["the plan removed", [off("plan"), "delete from reckoning.plan"]],
    ["the heads emptied", [off("run_head"), "delete from reckoning.run_head"]],
  ])("%s", async (_, statements) => {
    expect(await findingsAfter(...statements)).not.toEqual([]);
  });

  test("the partition of the month dropped", async () => {
    for (const partition of partitions) expect(await findingsAfter(`drop table reckoning.${partition}`)).not.toEqual([]);
  });

  test("an edit of the bytes alone is refused at once, whoever makes it", async () => {
    const said = await outcomeOf(
      "superuser",
      "set local reckoning.maintenance = on",
      off("entry"),
      "update reckoning.entry set body = body || ' '",
    );
    expect(said).toMatch(/^23514: .*leaf_is_hash_of_body/);
  });
});
