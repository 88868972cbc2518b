import { beforeAll, describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../src/domain/json.ts";
import { registerIdOf } from "../../src/ledger/derived-id.ts";
import { apiOf, attestation, putPausingManifest, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startReckon, startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { apiAs, createToken, testLog } from "../support/tokens.ts";
import type { GivenToken } from "../support/tokens.ts";

const closing = closeAfterAll();
let database: TestDatabase;
let server: ReckonServer;
let ada: GivenToken;
let bob: GivenToken;
let as: { readonly author: Api; readonly ada: Api; readonly bob: Api; readonly admin: Api; readonly auditor: Api };

beforeAll(async () => {
  database = await createTestDatabase();
  closing(() => database.drop());
  server = await startServer(database.url, { RECKONING_AUTH: "on" });
  closing(() => server.kill("SIGTERM"));
  ada = await createToken(database.url, "ada", ["author", "runner"]);
  bob = await createToken(database.url, "bob", ["attestor"]);
  const admin = await createToken(database.url, "root", ["admin"]);
  const auditor = await createToken(database.url, "anna", ["auditor"]);
  as = {
    author: apiAs(server.url, ada),
    ada: apiAs(server.url, ada),
    bob: apiAs(server.url, bob),
    admin: apiAs(server.url, admin),
    auditor: apiAs(server.url, auditor),
  };
});

/** Entries of the register, as they stand in the database. */
async function registerEntries(): Promise<readonly JsonObject[]> {
  const rows = await database.rows<{ body: Buffer }>("select body from reckoning.entry where run_id = $1 order by seq", [
    registerIdOf(testLog),
  ]);
  return rows.map(({ body }) => JSON.parse(body.toString()) as JsonObject);
}

describe("the name that goes on record", () => {
  test("is the authenticated one, on entries and views, with the credential in the entry", async () => {
    const manifest_id = await putPausingManifest(as.author);
    const started = await as.ada.send<{ readonly id: string; readonly waiting_for: { readonly step_run_id: string } }>(
      "POST",
      "/api/runs",
      { manifest_id, run_params: { topic: "rain" } },
      { prefer: "wait=30" },
    );
    expect(started).toMatchObject({ status: 201, body: { initiated_by: "ada", status: "waiting" } });
    const { id, waiting_for } = started.body;
    const { attested_by: _, ...nameless } = attestation;
    expect(
      await as.bob.send("POST", `/api/runs/${id}/steps/${waiting_for.step_run_id}/attest`, { ...nameless, resume: true }),
    ).toMatchObject({
      status: 200,
    });
    const entries = (await as.ada.entries(id)).map(({ body }) => body);
    expect(entries.find(({ kind }) => kind === "run.created")).toMatchObject({
      actor: { type: "operator", id: "ada", cred: `token:${ada.id}` },
      data: { initiated_by: "ada" },
    });
    expect(entries.find(({ kind }) => kind === "attestation.submitted")).toMatchObject({
      actor: { type: "operator", id: "bob", cred: `token:${bob.id}` },
      data: { attested_by: "bob" },
    });
    expect((await as.ada.steps(id)).find(({ step_key }) => step_key === "sheet")?.attestation?.attested_by).toBe("bob");
  });

  test("may be given, when it is one's own", async () => {
    const manifest_id = await putPausingManifest(as.author);
    const body = { manifest_id, initiated_by: "ada", run_params: { topic: "rain" } };
    expect(await as.ada.send("POST", "/api/runs", body)).toMatchObject({ status: 201, body: { initiated_by: "ada" } });
  });

  test("is refused, when it is somebody else's, and nothing is recorded", async () => {
    const manifest_id = await putPausingManifest(as.author);
    const refused = { status: 403, body: { code: "claims_another_name" } };
    const started = await as.ada.send("POST", "/api/runs", { manifest_id, initiated_by: "bob", run_params: { topic: "rain" } });
    expect(started).toMatchObject(refused);
    expect(await as.ada.send("GET", `/api/runs?manifest_id=${manifest_id}`)).toMatchObject({ body: [] });
    const run = (
      await as.ada.send<{ readonly id: string; readonly waiting_for: { readonly step_run_id: string } }>(
        "POST",
        "/api/runs",
        { manifest_id, run_params: { topic: "rain" } },
        { prefer: "wait=30" },
      )
    ).body;
    const before = (await as.ada.entries(run.id)).length;
    const path = `/api/runs/${run.id}`;
    expect(
      await as.bob.send("POST", `${path}/steps/${run.waiting_for.step_run_id}/attest`, { ...attestation, attested_by: "ada" }),
    ).toMatchObject(refused);
    expect(await as.bob.send("POST", `${path}/resume`, { initiated_by: "ada" })).toMatchObject(refused);
    expect(await as.ada.send("POST", `${path}/cancel`, { cancelled_by: "bob", reason: "no" })).toMatchObject(refused);
    expect((await as.ada.entries(run.id)).length).toBe(before);
  });
});

describe("a token", () => {
  async function statusWith(authorization: string | undefined): Promise<{ readonly status: number; readonly code: string }> {
    const response = await fetch(`${server.url}/api/me`, authorization === undefined ? {} : { headers: { authorization } });
    return { status: response.status, code: response.status === 200 ? "" : ((await response.json()) as { readonly code: string }).code };
  }

  test.each([
    ["none", undefined],
    ["another scheme", "Basic YWRhOnNlY3JldA=="],
    ["no token", "Bearer "],
    ["two tokens", "Bearer a b"],
    ["a word that is no token", "Bearer sesame"],
    ["an unknown token", `Bearer rm_${"0".repeat(32)}_${"A".repeat(43)}`],
  ])("lets nobody in: %s", async (_, authorization) => {
    expect(await statusWith(authorization)).toEqual({ status: 401, code: "unauthenticated" });
  });

  test("with one character of its secret changed lets nobody in", async () => {
    const wrong = `${ada.text.slice(0, -2)}${ada.text.at(-2) === "A" ? "B" : "A"}${ada.text.slice(-1)}`;
    expect(await statusWith(`Bearer ${wrong}`)).toEqual({ status: 401, code: "unauthenticated" });
    expect((await statusWith(`Bearer ${ada.text}`)).status).toBe(200);
  });

  test("lets nobody in after it has expired", async () => {
    const token = await createToken(database.url, "eve", ["runner"]);
    expect((await statusWith(`Bearer ${token.text}`)).status).toBe(200);
    // Tokens cannot be changed, so the clock is: the row is made a day older in a session that may do so.
    await database.rows(
      `set reckoning.maintenance = on;
       alter table reckoning.token disable trigger user;
       update reckoning.token set expires_at = clock_timestamp() where token_id = '${token.id}';
       alter table reckoning.token enable always trigger append_only, enable always trigger never_truncated;
       reset reckoning.maintenance`,
    );
    expect((await statusWith(`Bearer ${token.text}`)).status).toBe(401);
  });

  test("lets nobody in from its revocation on, which is on record with its reason and cannot be taken back", async () => {
    const token = await createToken(database.url, "eve", ["runner"]);
    const path = `/api/tokens/${token.id}/revoke`;
    expect(await as.admin.send("POST", path, { reason: "left" })).toMatchObject({ status: 200, body: { subject: "eve" } });
    expect((await statusWith(`Bearer ${token.text}`)).status).toBe(401);
    expect(await as.admin.send("POST", path, { reason: "again" })).toMatchObject({ status: 409, body: { code: "token_revoked" } });
    expect((await registerEntries()).at(-1)).toMatchObject({
      kind: "token.revoked",
      actor: { id: "root", cred: expect.stringMatching(/^token:/) as string },
      data: { token: token.id, reason: "left" },
    });
    await expect(database.rows("delete from reckoning.token_revocation where token_id = $1", [token.id])).rejects.toThrow("append-only");
  });

  test("is nowhere in the database, only the digest of its secret", async () => {
    const secret = ada.text.slice("rm_".length + 33);
    const [found] = await database.rows<{ count: string }>(
      "select count(*)::text as count from (select body from reckoning.entry union all select convert_to(t::text, 'UTF8') from reckoning.token t) all_of where position($1::bytea in body) > 0",
      [Buffer.from(secret)],
    );
    expect(found?.count).toBe("0");
    const entry = (await registerEntries()).find(({ data }) => (data as JsonObject)["token"] === ada.id);
    expect(entry).toMatchObject({
      kind: "token.created",
      actor: { cred: "database" },
      data: { subject: "ada", roles: ["author", "runner"] },
    });
  });

  test("is given out by an admin, shown once, and nobody gives themselves another role", async () => {
    const created = await as.admin.send<{ readonly secret: string }>("POST", "/api/tokens", { subject: "carl", roles: ["verifier"] });
    expect(created).toMatchObject({ status: 201, body: { token: { subject: "carl", roles: ["verifier"], revoked_at: null } } });
    expect((await statusWith(`Bearer ${created.body.secret}`)).status).toBe(200);
    const listed = await as.admin.send<readonly Json[]>("GET", "/api/tokens");
    expect(JSON.stringify(listed.body)).toContain("carl");
    expect(JSON.stringify(listed.body)).not.toContain(created.body.secret);
    const own = await as.admin.send("POST", "/api/tokens", { subject: "root", roles: ["admin", "attestor"] });
    expect(own).toMatchObject({ status: 403, body: { code: "grants_to_self" } });
    expect(await as.admin.send("POST", "/api/tokens", { subject: "root", roles: ["admin"] })).toMatchObject({ status: 201 });
  });

  test.each<readonly [string, JsonObject, string]>([
    ["without roles", { subject: "x", roles: [] }, "/roles"],
    ["with a role that there is not", { subject: "x", roles: ["king"] }, "/roles/0"],
    ["with a blank name", { subject: " ", roles: ["runner"] }, "/subject"],
    ["for ever", { subject: "x", roles: ["runner"], expires_in_days: 10_000 }, "/expires_in_days"],
  ])("is not given out %s", async (_, body, pointer) => {
    expect(await as.admin.send("POST", "/api/tokens", body)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});

describe("the register", () => {
  test("verifies as a chain, and a changed entry is found", async () => {
    const verified = startReckon(["verify"], { DATABASE_URL: database.url });
    expect(await verified.ended, verified.output()).toBe(0);
    const entries = await registerEntries();
    expect(entries.length).toBeGreaterThan(3);
    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index));
  });

  test("takes concurrent entries one after the other, none lost", async () => {
    const before = (await registerEntries()).length;
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => as.admin.send("POST", "/api/tokens", { subject: `p${index}`, roles: ["runner"] })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect((await registerEntries()).length).toBe(before + 8);
  });
});

describe("what an auditor reads", () => {
  test("is on record, who and what and by which token; what others read is not", async () => {
    const manifest_id = await putPausingManifest(as.author);
    const run = await as.ada.send<{ readonly id: string }>("POST", "/api/runs", { manifest_id, run_params: { topic: "rain" } });
    await as.ada.run(run.body.id);
    expect((await as.auditor.send("GET", `/api/runs/${run.body.id}/entries?limit=3`)).status).toBe(200);
    expect(await database.rows("select subject, operation, target from reckoning.access order by at")).toEqual([
      { subject: "anna", operation: "listEntries", target: `/api/runs/${run.body.id}/entries` },
    ]);
    await expect(database.rows("delete from reckoning.access")).rejects.toThrow("append-only");
  });

  test("and what anybody exports is on record", async () => {
    const manifest_id = await putPausingManifest(as.author);
    const run = await as.ada.send<{ readonly id: string }>("POST", "/api/runs", { manifest_id, run_params: { topic: "rain" } });
    expect((await fetch(`${server.url}/api/runs/${run.body.id}/export`, { headers: ada.headers })).status).toBe(200);
    expect(await database.rows("select subject, operation from reckoning.access order by at desc limit 1")).toEqual([
      { subject: "ada", operation: "exportRun" },
    ]);
  });
});

describe("one person who asks too much", () => {
  test("is slowed down with 429 and Retry-After, while others are served", async () => {
    const strict = await startServer(database.url, { RECKONING_AUTH: "on", RECKONING_ACTOR_PER_MINUTE_MAX: "5" });
    try {
      const eve = apiAs(strict.url, await createToken(database.url, "eve", ["runner"]));
      const answers = [];
      for (let ask = 0; ask < 7; ask += 1) answers.push(await eve.send("GET", "/api/me"));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429, 429]);
      expect(answers[6]).toMatchObject({ body: { code: "too_many_requests" } });
      expect(Number(answers[6]?.headers.get("retry-after"))).toBeGreaterThan(0);
      expect((await apiAs(strict.url, ada).send("GET", "/api/me")).status).toBe(200);
    } finally {
      await strict.kill("SIGTERM");
    }
  });

  test("has only so many requests in progress", async () => {
    const strict = await startServer(database.url, { RECKONING_AUTH: "on", RECKONING_ACTOR_INFLIGHT_MAX: "2" });
    const gone = new AbortController();
    try {
      const headers = ada.headers;
      const follow = (): Promise<Response> => fetch(`${strict.url}/api/events`, { headers, signal: gone.signal });
      expect((await follow()).status).toBe(200);
      expect((await follow()).status).toBe(200);
      expect((await follow()).status).toBe(429);
      expect((await apiAs(strict.url, bob).send("GET", "/api/me")).status).toBe(200);
      gone.abort();
      await expect.poll(async () => (await apiAs(strict.url, ada).send("GET", "/api/me")).status).toBe(200);
    } finally {
      gone.abort();
      await strict.kill("SIGTERM");
    }
  });
});

describe("a server that others can reach", () => {
  test("does not start without a word on authentication, and says which", async () => {
    const refused = startReckon(["serve", "--host", "0.0.0.0", "--port", "0"], { DATABASE_URL: database.url });
    expect(await refused.ended).toBe(78);
    expect(refused.output()).toContain("RECKONING_AUTH");
    expect(refused.output()).toContain("reckon token create");
  });

  test("starts without authentication when somebody said so, warns, and the record says it too", async () => {
    const other = await createTestDatabase();
    const open = await startServer(other.url, { RECKONING_AUTH: "off" });
    try {
      expect(open.output()).toContain("RECKONING_AUTH is off");
      const api = apiOf(open.url);
      const run = await startRun(api, await putPausingManifest(api));
      expect((await api.entries(run.id))[0]?.body).toMatchObject({ actor: { id: "alice", cred: null } });
      const [entry] = await other.rows<{ body: Buffer }>("select body from reckoning.entry where run_id = $1", [registerIdOf(testLog)]);
      expect(JSON.parse(entry?.body.toString() ?? "null")).toMatchObject({ kind: "auth.disabled", actor: { type: "engine" } });
    } finally {
      await open.kill("SIGTERM");
      await other.drop();
    }
  });
});

describe("the command line", () => {
  test("makes the first token at the database, is let in with it, gives out and revokes others at the server", async () => {
    const env = { DATABASE_URL: database.url };
    const first = startReckon(["token", "create", "--name", "grace", "--role", "admin"], env);
    expect(await first.ended, first.output()).toBe(0);
    const token =
      first
        .output()
        .split("\n")
        .find((line) => line.startsWith("rm_")) ?? "";
    const remote = { RECKONING_URL: server.url, RECKONING_TOKEN: token };
    const me = startReckon(["whoami"], remote);
    expect(await me.ended).toBe(0);
    expect(me.output()).toBe("grace: admin");
    const given = startReckon(["token", "create", "--name", "henry", "--role", "runner", "--json"], remote);
    expect(await given.ended, given.output()).toBe(0);
    const line =
      given
        .output()
        .split("\n")
        .find((text) => text.startsWith("{")) ?? "{}";
    const { token: made } = JSON.parse(line) as { readonly token: { readonly id: string } };
    const revoked = startReckon(["token", "revoke", made.id, "--reason", "test"], remote);
    expect(await revoked.ended, revoked.output()).toBe(0);
    const listed = startReckon(["token", "list"], remote);
    expect(await listed.ended).toBe(0);
    expect(listed.output()).toMatch(/henry +runner +revoked/);
    const runs = startReckon(["runs"], { RECKONING_URL: server.url });
    expect(await runs.ended).toBe(4);
    expect(runs.output()).toContain("RECKONING_TOKEN");
  }, 60_000);
});
