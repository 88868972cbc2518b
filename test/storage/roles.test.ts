import { beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../src/storage/migrate.ts";
import { openDatabase } from "../../src/storage/pool.ts";
import { protectionLevel } from "../../src/storage/protection.ts";
import { apiOf, attestation, putPausingManifest, startRun } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { createLogin } from "../support/login.ts";
import type { TestLogin } from "../support/login.ts";
import { runReckon, startReckon, startServer } from "../support/server.ts";
import { until } from "../support/until.ts";

let database: TestDatabase;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
});

async function login(clauses: string): Promise<TestLogin> {
  const made = await createLogin(database, clauses);
  atEnd(made.drop);
  return made;
}

async function levelOf(url: string): Promise<string> {
  const db = openDatabase({ url, applicationName: "test", poolMax: 1 });
  try {
    return await protectionLevel(db);
  } finally {
    await db.close();
  }
}

describe("a plain member of rm_app", () => {
  test("serves a whole workflow: publish, start, pause, attest, resume, cancel, verify", async () => {
    const app = await login("in role rm_app");
    const server = await startServer(app.url);
    try {
      expect(server.output()).toContain("separate roles: the login cannot change history");
      const api = apiOf(server.url);
      const manifest = await putPausingManifest(api);
      const run = await startRun(api, manifest);
      expect(run.status).toBe("waiting");
      const attested = await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, attestation);
      expect(attested.status).toBe(200);
      expect((await api.send("POST", `/api/runs/${run.id}/resume`, { initiated_by: "carol" })).status).toBe(200);
      await until("the run ends", 20_000, async () => (await api.run(run.id)).status === "success");
      const other = await startRun(api, manifest);
      expect((await api.send("POST", `/api/runs/${other.id}/cancel`, { reason: "enough", cancelled_by: "carol" })).status).toBe(200);
      const verify = startReckon(["verify"], { DATABASE_URL: app.url });
      expect(await verify.ended, verify.output()).toBe(0);
    } finally {
      await server.kill("SIGTERM");
    }
  });

  test("starts where RECKONING_PROFILE is strict, which the owner of the tables may not", async () => {
    const app = await login("in role rm_app");
    const server = await startServer(app.url, { RECKONING_PROFILE: "strict" });
    await server.kill("SIGTERM");
    for (const command of ["serve", "worker"]) {
      const refused = await runReckon([command], { DATABASE_URL: database.url, PORT: "0", RECKONING_PROFILE: "strict" });
      expect(refused).toMatchObject({ code: 78, out: "" });
      expect(refused.err).toMatch(/^error database_refused: RECKONING_PROFILE is strict, and this is guard rails only: [^\n]+\n$/);
    }
  });

  test("makes at its start the partition that is missing", async () => {
    const [last] = await database.rows<{ name: string }>(
      "select max(relname) as name from pg_class where relname ~ '^entry_[0-9]{4}_[0-9]{2}$' and relnamespace = 'reckoning'::regnamespace and relname < 'entry_2030'",
    );
    await database.rows(`set reckoning.maintenance = on; drop table reckoning.${last?.name}; reset reckoning.maintenance`);
    const server = await startServer((await login("in role rm_app")).url);
    await server.kill("SIGTERM");
    expect(await database.rows("select pg_get_userbyid(relowner) as owner from pg_class where relname = $1", [last?.name])).toEqual([
      { owner: "rm_owner" },
    ]);
  });

  test("takes over a run that another server left behind", async () => {
    const app = await login("in role rm_app");
    const first = await startServer(app.url, { RECKONING_LEASE_SECONDS: "3" });
    const api = apiOf(first.url);
    const run = await startRun(api, await putPausingManifest(api));
    await api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, attestation);
    await first.kill("SIGKILL");
    const second = await startServer(app.url, { RECKONING_LEASE_SECONDS: "3" });
    try {
      const again = apiOf(second.url);
      expect((await again.send("POST", `/api/runs/${run.id}/resume`, {})).status).toBe(200);
      await until("the run ends", 20_000, async () => (await again.run(run.id)).status === "success");
    } finally {
      await second.kill("SIGTERM");
    }
  });

  test("makes the partitions of the coming months, which then belong to rm_owner and are guarded", async () => {
    const app = await login("in role rm_app");
    const db = openDatabase({ url: app.url, applicationName: "test", poolMax: 1 });
    try {
      await db.query({ name: "make", text: "select reckoning.make_partitions('2031-05-15', 2)", values: [] });
    } finally {
      await db.close();
    }
    const rows = await database.rows(
      `select c.relname, pg_get_userbyid(c.relowner) as owner,
              array(select tgname || ':' || tgenabled::text from pg_trigger where tgrelid = c.oid order by tgname) as guards
         from pg_class c where c.relname in ('entry_2031_05', 'artifact_2031_06') order by relname`,
    );
    expect(rows).toEqual(
      ["artifact_2031_06", "entry_2031_05"].map((relname) => ({
        relname,
        owner: "rm_owner",
        guards: ["append_only:A", "never_truncated:A"],
      })),
    );
  });

  test("cannot bring the schema anywhere, and is told so only when there is something to do", async () => {
    const app = await login("in role rm_app");
    const report = await migrate(app.url);
    expect(report).toMatchObject({ applied: [], notices: [] });
  });
});

test("a member of rm_auditor runs reckon verify, and cannot serve", async () => {
  const auditor = await login("in role rm_auditor");
  const verify = startReckon(["verify"], { DATABASE_URL: auditor.url });
  expect(await verify.ended, verify.output()).toBe(0);
  const server = startReckon(["serve", "--port", "0"], { DATABASE_URL: auditor.url });
  expect(await server.ended).toBe(78);
  expect(server.output()).toContain(`grant rm_app to ${auditor.name}`);
});

test("a month whose rows stand in the default partition already keeps them there, and the other months are made", async () => {
  const [run] = await database.rows<{ id: string }>("select reckoning.first_run_id('2033-03-10 UTC') as id");
  const body = Buffer.from("{}");
  await database.rows("insert into reckoning.entry (run_id, seq, leaf, body) values ($1, 0, sha256('\\x00'::bytea || $2), $2)", [
    run?.id,
    body,
  ]);
  const [made] = await database.rows<{ made: number }>("select reckoning.make_partitions('2033-02-01', 3) as made");
  // Artifacts of all three months, entries of two.
  expect(made?.made).toBe(5);
  const tables = await database.rows<{ relname: string }>(
    "select relname from pg_class where relname like 'entry_2033%' and relkind = 'r' order by 1",
  );
  expect(tables.map((table) => table.relname)).toEqual(["entry_2033_02", "entry_2033_04"]);
});

describe("the service says how far its login is kept from history", () => {
  test("a member of rm_app and nothing else", async () => {
    expect(await levelOf((await login("in role rm_app")).url)).toBe("separate roles: the login cannot change history");
  });

  test.each([
    ["superuser", "is a superuser"],
    ["in role rm_app, rm_owner", "owns the tables"],
    ["noinherit in role rm_app, rm_owner", "owns the tables"],
    ["createrole in role rm_app", "may make roles, and itself a member of any"],
  ])("%s: guard rails only", async (clauses, why) => {
    expect(await levelOf((await login(clauses)).url)).toMatch(new RegExp(`^guard rails only: the login test_login_\\S+ ${why}$`));
  });

  test("one that was granted UPDATE by hand: guard rails only, until the next reckon migrate takes it away", async () => {
    const app = await login("in role rm_app");
    await database.rows("grant update on reckoning.entry to rm_app");
    expect(await levelOf(app.url)).toContain("may write the tables");
    await migrate(database.url);
    expect(await levelOf(app.url)).toBe("separate roles: the login cannot change history");
  });

  test("a login that may do nothing is refused at the start, with the remedy", async () => {
    const stranger = await login("");
    const server = startReckon(["serve", "--port", "0"], { DATABASE_URL: stranger.url });
    expect(await server.ended).toBe(78);
    expect(server.output()).toContain(`the login ${stranger.name} may not write runs: grant rm_app to ${stranger.name}`);
  });
});

describe("reckon migrate, by logins of different strength", () => {
  async function migratedBy(
    clauses: string,
  ): Promise<{ readonly output: string; readonly code: number | NodeJS.Signals; readonly fresh: TestDatabase; readonly by: TestLogin }> {
    const fresh = await createTestDatabase({ migrated: false });
    const by = await createLogin(fresh, clauses);
    const name = new URL(fresh.url).pathname.slice(1);
    await fresh.rows(`alter database ${name} owner to ${by.name}`);
    const run = startReckon(["migrate"], { DATABASE_URL: by.url });
    const code = await run.ended;
    return { output: run.output(), code, fresh, by };
  }

  async function dropBoth(fresh: TestDatabase, by: TestLogin): Promise<void> {
    await fresh.rows(`alter database ${new URL(fresh.url).pathname.slice(1)} owner to current_user`);
    await fresh.rows("set reckoning.maintenance = on");
    await fresh.drop();
    await database.rows(`drop role ${by.name}`);
  }

  test("one that owns the database and is a member of rm_owner: everything belongs to rm_owner", async () => {
    const { output, code, fresh, by } = await migratedBy("in role rm_owner");
    expect(code, output).toBe(0);
    expect(output).toContain(
      "protection: separate roles, for logins that are members of rm_app and nothing else; rm_owner owns the tables",
    );
    const owners = await fresh.rows<{ owner: string }>(
      "select distinct pg_get_userbyid(relowner) as owner from pg_class where relnamespace = 'reckoning'::regnamespace",
    );
    expect(owners).toEqual([{ owner: "rm_owner" }]);
    const again = startReckon(["migrate"], { DATABASE_URL: by.url });
    expect(await again.ended, again.output()).toBe(0);
    await dropBoth(fresh, by);
  });

  test("one that owns the database only: its own tables, but rm_app is granted what it needs, and serves", async () => {
    const { output, code, fresh, by } = await migratedBy("");
    expect(code, output).toBe(0);
    expect(output).toContain(`notice: ${by.name} keeps what it owns`);
    expect(output).toContain(
      `protection: separate roles, for logins that are members of rm_app and nothing else; ${by.name} owns the tables`,
    );
    const app = await createLogin(fresh, "in role rm_app");
    const server = await startServer(app.url);
    const api = apiOf(server.url);
    expect((await startRun(api, await putPausingManifest(api))).status).toBe("waiting");
    await server.kill("SIGTERM");
    await database.rows(`drop role ${app.name}`);
    await dropBoth(fresh, by);
  });

  test("two databases of one cluster at once", async () => {
    const both = await Promise.all([createTestDatabase({ migrated: false }), createTestDatabase({ migrated: false })]);
    const reports = await Promise.all(both.map((one) => migrate(one.url)));
    for (const report of reports) expect(report.protection).toContain("rm_owner owns the tables");
    for (const one of both) await one.drop();
  });
});
