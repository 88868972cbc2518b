import { beforeAll, describe, expect, test } from "vitest";
import { roles } from "../../src/domain/access.ts";
import type { Role } from "../../src/domain/access.ts";
import { apiOf } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { enrollKey } from "../support/signing.ts";
import { createToken } from "../support/tokens.ts";
import type { GivenToken } from "../support/tokens.ts";

/**
 * Who may do what, written down a second time and by hand: a call of the interface that has no row here fails this test,
 * and so does a row that the server does not keep. `own` is what a person may do with what is theirs besides.
 */
const anybody = "anybody";
const everybody = "everybody";
const content = "author releaser runner attestor verifier auditor eraser";
const rows: { readonly [operation: string]: string | { readonly any: string; readonly own: string } } = {
  health: anybody,
  pingDatabase: anybody,
  version: anybody,
  openApi: anybody,
  docs: anybody,
  problem: anybody,
  metrics: "auditor admin",
  checkTask: "author",
  checkManifest: "author",
  createTask: "author",
  replaceTask: "author",
  listTasks: content,
  getTask: content,
  listTaskVersions: content,
  getTaskVersion: content,
  createManifest: "author",
  replaceManifest: "author",
  replaceSteps: "author",
  listManifests: content,
  getManifest: content,
  listSteps: content,
  listManifestVersions: content,
  getManifestVersion: content,
  startRun: "runner",
  resumeRun: "runner attestor",
  cancelRun: "runner",
  listRuns: content,
  getStats: content,
  getRun: content,
  listStepRuns: content,
  listEntries: content,
  getPlan: content,
  getArtifact: content,
  exportRun: content,
  getReport: content,
  followRun: content,
  listWaiting: content,
  followRuns: content,
  attestStep: "attestor",
  verifyAttestation: "verifier",
  issueChallenge: "attestor verifier",
  uploadArtifact: "attestor runner author",
  downloadArtifact: content,
  enrollKey: "key_custodian",
  listKeys: everybody,
  revokeKey: { any: "key_custodian", own: everybody },
  getCheckpoint: anybody,
  getTile: content,
  getEntryProof: content,
  getLog: everybody,
  signInMethods: anybody,
  signOut: everybody,
  requestErasure: "eraser",
  approveErasure: "eraser",
  placeHold: "auditor",
  releaseHold: "auditor",
  whoAmI: everybody,
  createToken: "admin",
  listTokens: "admin auditor",
  revokeToken: { any: "admin", own: everybody },
};

const unknownId = "019ac7f0-0000-7000-8000-000000000001";
const closing = closeAfterAll();
let server: ReckonServer;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
const tokens = new Map<Role, GivenToken>();

interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
}

let operations: readonly Operation[];

beforeAll(async () => {
  database = await createTestDatabase();
  closing(() => database.drop());
  server = await startServer(database.url, { RECKONING_AUTH: "on", RECKONING_ACTOR_PER_MINUTE_MAX: "100000" });
  closing(() => server.kill("SIGTERM"));
  for (const role of roles) tokens.set(role, await createToken(database.url, `${role}-person`, [role]));
  const { body } = await apiOf(server.url).send<{ readonly paths: Record<string, Record<string, { readonly operationId: string }>> }>(
    "GET",
    "/openapi.json",
  );
  operations = Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ id: operationId, method: method.toUpperCase(), path })),
  );
}, 120_000);

/** The status of a call with ids that name nothing, or the given one; a body stands where one is expected. */
async function statusOf({ method, path }: Operation, token: GivenToken | null, id = unknownId): Promise<number> {
  const url = `${server.url}${path.replaceAll(/\{(version|artifact|code|[a-z_]+)\}/g, (_, name: string) => sample(name, id))}`;
  const gone = new AbortController();
  const response = await fetch(url, {
    method,
    headers: { ...(token === null ? {} : token.headers), ...(method === "GET" ? {} : { "content-type": "application/json" }) },
    ...(method === "GET" ? {} : { body: '{"reason":"test"}' }),
    signal: gone.signal,
  });
  gone.abort();
  return response.status;
}

function sample(name: string, id: string): string {
  if (name === "version") return "1";
  if (name === "artifact") return "0.0";
  if (name === "key") return id.length === 64 ? id : "0".repeat(64);
  return name === "code" ? "not_found" : id;
}

describe("every call of the interface", () => {
  test("has a row in this table, and the table has no other rows", () => {
    expect(operations.map(({ id }) => id).sort()).toEqual(Object.keys(rows).sort());
  });

  test("lets in without a token only what is anybody's", async () => {
    const found: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const operation of operations) {
      found[operation.id] = (await statusOf(operation, null)) === 401 ? "401" : "let in";
      wanted[operation.id] = rows[operation.id] === anybody ? "let in" : "401";
    }
    expect(found).toEqual(wanted);
  });

  test.each(roles)("lets %s do what their role is for, and refuses everything else with 403", async (role) => {
    const token = tokens.get(role) ?? null;
    const found: Record<string, string> = {};
    const wanted: Record<string, string> = {};
    for (const operation of operations) {
      const row = rows[operation.id] ?? "";
      const allowed = typeof row === "string" ? row : row.any;
      // Signing out ends what it is asked with.
      const asked = operation.id === "signOut" ? await createToken(database.url, `${role}-person`, [role]) : token;
      const status = await statusOf(operation, asked, (await somebodysOwn(operation.id)) ?? unknownId);
      found[operation.id] = status === 403 ? "403" : status < 500 ? "let in" : `a fault: ${status}`;
      wanted[operation.id] = [anybody, everybody].includes(allowed) || allowed.split(" ").includes(role) ? "let in" : "403";
    }
    expect(found).toEqual(wanted);
  });

  test.each(roles)("lets %s do with what is their own what is everybody's to do with their own", async (role) => {
    for (const operation of operations) {
      const row = rows[operation.id];
      if (row === undefined || typeof row === "string") continue;
      const own = await createToken(database.url, `${role}-person`, [role]);
      const id = operation.id === "revokeKey" ? await keyOf(`${role}-person`) : own.id;
      expect(await statusOf(operation, own, id)).toBe(200);
    }
  });
});

/** Something of another person's, for the calls whose object has an owner. */
async function somebodysOwn(operation: string): Promise<string | null> {
  if (operation === "revokeToken") return (await createToken(database.url, "somebody", ["runner"])).id;
  return operation === "revokeKey" ? keyOf("somebody") : null;
}

async function keyOf(subject: string): Promise<string> {
  const custodian = tokens.get("key_custodian");
  return (await enrollKey(apiOf(server.url, custodian?.headers), subject, subject)).id;
}
