import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { attestAct, verifyAct } from "../../src/attestation/acts.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import type { Role } from "../../src/domain/access.ts";
import { registerIdOf } from "../../src/ledger/derived-id.ts";
import { putManifest, putTask } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { startReckon, startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";
import { attestationBy, challengeAt, enrollKey, sign, signedBody } from "../support/signing.ts";
import type { TestKey } from "../support/signing.ts";
import { until } from "../support/until.ts";
import { apiAs, createToken, testLog } from "../support/tokens.ts";
import type { GivenToken } from "../support/tokens.ts";

const closing = closeAfterAll();
let database: TestDatabase;
let server: ReckonServer;
let ada: Api;
let bob: Api;
let eve: Api;
let vera: Api;
let kate: Api;
let bobsToken: GivenToken;
let bobsKey: TestKey;
let evesKey: TestKey;
let verasKey: TestKey;

beforeAll(async () => {
  database = await createTestDatabase();
  closing(() => database.drop());
  server = await startServer(database.url, { RECKONING_AUTH: "on" });
  closing(() => server.kill("SIGTERM"));
  const api = async (name: string, roles: readonly Role[]): Promise<Api> => apiAs(server.url, await createToken(database.url, name, roles));
  ada = await api("ada", ["author", "runner", "attestor", "verifier"]);
  bobsToken = await createToken(database.url, "bob", ["attestor", "verifier", "runner"]);
  bob = apiAs(server.url, bobsToken);
  eve = await api("eve", ["attestor", "verifier"]);
  vera = await api("vera", ["attestor", "verifier"]);
  kate = await api("kate", ["key_custodian"]);
  bobsKey = await enrollKey(kate, "bob", "Bob Roberts");
  evesKey = await enrollKey(kate, "eve", "Eve Adams");
  verasKey = await enrollKey(kate, "vera", "Vera Rubin");
});

interface Waiting {
  readonly id: string;
  readonly path: string;
}

/** A run of ada's that waits at a compute step with this contract. */
async function waitingRun(contract: JsonObject = { verification: "signed" }): Promise<Waiting> {
  const task_id = await putTask(ada);
  const manifest_id = await putManifest(ada, [
    { step_key: "first", task_id },
    {
      step_key: "sheet",
      step_type: "compute",
      depends_on: ["first"],
      compute_contract: { executor: "spreadsheet", inputs: [], outputs: ["model"], ...contract },
    },
  ]);
  const { body } = await ada.send<{ readonly id: string; readonly waiting_for: { readonly step_run_id: string } }>(
    "POST",
    "/api/runs",
    { manifest_id, run_params: { topic: "rain" } },
    { prefer: "wait=30" },
  );
  return { id: body.id, path: `/api/runs/${body.id}/steps/${body.waiting_for.step_run_id}` };
}

async function lastRegisterEntry(): Promise<JsonObject> {
  const [row] = await database.rows<{ body: Buffer }>("select body from reckoning.entry where run_id = $1 order by seq desc limit 1", [
    registerIdOf(testLog),
  ]);
  return JSON.parse(row?.body.toString() ?? "null") as JsonObject;
}

/** The call is refused, changes nothing of the run, and the refusal is on record with its reason. */
async function refused(
  run: Waiting,
  call: () => ReturnType<Api["send"]>,
  expected: { status: number; code: string; recorded: string },
): Promise<void> {
  const before = (await ada.entries(run.id)).length;
  expect(await call()).toMatchObject({ status: expected.status, body: { code: expected.code } });
  expect((await ada.entries(run.id)).length).toBe(before);
  expect(await lastRegisterEntry()).toMatchObject({
    kind: "signature.refused",
    data: { run: run.id, step: "sheet", code: expected.recorded },
  });
}

describe("a signed attestation", () => {
  test("is taken, shown as signed, its envelope kept, and found good by reckon verify and in the export", async () => {
    const run = await waitingRun();
    const body = signedBody(bobsKey, await challengeAt(bob, run.path));
    expect(await bob.send("POST", `${run.path}/attest`, body)).toMatchObject({ status: 200, body: { new_status: "SUCCESS" } });
    const step = (await ada.steps(run.id)).find(({ step_key }) => step_key === "sheet");
    expect(step?.attestation).toMatchObject({
      attested_by: "bob",
      signature_class: "signed",
      key: bobsKey.id,
      envelope: expect.any(String) as string,
    });
    const envelope = await ada.send("GET", `/api/runs/${run.id}/artifacts/${step?.attestation?.envelope}`);
    expect(envelope.body).toEqual(body["signature"]);
    const entry = (await ada.entries(run.id)).find(({ body: said }) => said["kind"] === "attestation.submitted");
    expect(entry?.body["data"]).toMatchObject({ signature: { class: "signed", key: bobsKey.id } });
    const folder = mkdtempSync(join(tmpdir(), "reckoning-signed-"));
    try {
      const env = { RECKONING_URL: server.url, RECKONING_TOKEN: bobsToken.text };
      const exported = startReckon(["export", run.id, "-o", join(folder, "run.tar")], env);
      expect(await exported.ended, exported.output()).toBe(0);
      const verified = startReckon(["verify", join(folder, "run.tar")], {});
      expect([0, 4]).toContain(await verified.ended);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const verified = startReckon(["verify", run.id], { DATABASE_URL: database.url });
    expect([0, 4], verified.output()).toContain(await verified.ended);
  }, 60_000);

  test("that was exchanged in the record is found by reckon verify", async () => {
    const run = await waitingRun();
    const challenge = await challengeAt(bob, run.path);
    await bob.send("POST", `${run.path}/attest`, signedBody(bobsKey, challenge));
    const forged = sign(evesKey, challenge, attestAct(attestationBy("bob"), false));
    await database.rows(
      `set reckoning.maintenance = on; alter table reckoning.artifact disable trigger user;
       update reckoning.artifact set content = convert_to('${JSON.stringify(forged)}', 'UTF8') where run_id = '${run.id}' and role = 'envelope'`,
    );
    const verified = startReckon(["verify", run.id], { DATABASE_URL: database.url });
    expect(await verified.ended).toBe(1);
  }, 60_000);

  test("a word without a signature is refused where the contract asks for one, and taken as the weaker class where it does not", async () => {
    const signed = await waitingRun();
    const { signature: _, ...unsigned } = signedBody(bobsKey, await challengeAt(bob, signed.path));
    expect(await bob.send("POST", `${signed.path}/attest`, unsigned)).toMatchObject({ status: 422, body: { code: "signature_required" } });
    const plain = await waitingRun({ verification: "operator_attest" });
    expect(await bob.send("POST", `${plain.path}/attest`, unsigned)).toMatchObject({ status: 200 });
    expect((await ada.steps(plain.id)).find(({ step_key }) => step_key === "sheet")?.attestation).toMatchObject({
      signature_class: "token",
      key: null,
      envelope: null,
    });
  });

  test("is refused and recorded: moved, replayed, altered, of another person, unknown, revoked, malformed", async () => {
    const run = await waitingRun();
    const other = await waitingRun();
    const attest =
      (body: JsonObject, by: Api = bob) =>
      () =>
        by.send("POST", `${run.path}/attest`, body);

    const moved = signedBody(bobsKey, await challengeAt(bob, other.path));
    await refused(run, attest(moved), { status: 409, code: "signature_stale", recorded: "challenge_moved" });

    const challenge = await challengeAt(bob, run.path);
    const good = signedBody(bobsKey, challenge);
    const altered = { ...good, artifacts: [{ name: "model", uri: "file:///other.csv", sha256: "a".repeat(64), bytes: 10 }] };
    await refused(run, attest(altered), { status: 422, code: "signature_refused", recorded: "content_mismatch" });
    await refused(run, attest({ ...good, notes: "something else" }), {
      status: 422,
      code: "signature_refused",
      recorded: "content_mismatch",
    });

    const stretched = signedBody(bobsKey, { ...challenge, deadline: "2099-01-01T00:00:00.000000Z" as never });
    await refused(run, attest(stretched), { status: 422, code: "signature_refused", recorded: "challenge_unknown" });

    await refused(run, attest(signedBody(evesKey, challenge)), { status: 422, code: "signature_refused", recorded: "key_of_another" });
    const evesOwn = signedBody(evesKey, await challengeAt(eve, run.path));
    const { attested_by: __, ...nameless } = evesOwn;
    await refused(run, attest(nameless), { status: 422, code: "signature_refused", recorded: "key_of_another" });

    await refused(run, attest(signedBody(bobsKey, challenge, { printedName: "Robert" })), {
      status: 422,
      code: "signature_refused",
      recorded: "name_mismatch",
    });
    await refused(run, attest({ ...good, signature: { payload: "e30=" } }), {
      status: 422,
      code: "signature_refused",
      recorded: "envelope_malformed",
    });

    const lost = await enrollKey(kate, "bob", "Bob Roberts");
    const withLost = signedBody(lost, challenge);
    expect(await kate.send("POST", `/api/keys/${lost.id}/revoke`, { reason: "the laptop was stolen" })).toMatchObject({ status: 200 });
    await refused(run, attest(withLost), { status: 422, code: "signature_refused", recorded: "key_revoked" });

    expect(await bob.send("POST", `${run.path}/attest`, good)).toMatchObject({ status: 200 });
    await refused(run, attest(good), { status: 409, code: "step_not_waiting", recorded: "step_not_waiting" });
  }, 60_000);
});

test("a signature that comes after its deadline is refused and recorded", async () => {
  const hasty = await startServer(database.url, { RECKONING_AUTH: "on", RECKONING_CHALLENGE_SECONDS: "1" });
  try {
    const late = apiAs(hasty.url, bobsToken);
    const run = await waitingRun();
    const challenge = await challengeAt(late, run.path);
    const body = signedBody(bobsKey, challenge);
    await until("the deadline has passed", 10_000, () => new Date().toISOString() > `${challenge.deadline.slice(0, 23)}Z`);
    await refused(run, () => late.send("POST", `${run.path}/attest`, body), {
      status: 409,
      code: "signature_stale",
      recorded: "challenge_expired",
    });
  } finally {
    await hasty.kill("SIGTERM");
  }
}, 60_000);

describe("four eyes", () => {
  const fourEyes: JsonObject = { verification: "four_eyes", approvals: { required: 2 } };
  const plain = { outcome: "SUCCESS", artifacts: [{ name: "model", uri: "file:///m" }] };

  test("a SUCCESS waits for another person, and becomes the step's with their word", async () => {
    const run = await waitingRun(fourEyes);
    expect(await bob.send("POST", `${run.path}/attest`, plain)).toMatchObject({
      status: 200,
      body: { new_status: "WAITING_FOR_ATTESTATION" },
    });
    expect(await ada.run(run.id)).toMatchObject({ status: "waiting", waiting_for: { attested: false } });
    expect(await bob.send("POST", `/api/runs/${run.id}/resume`, {})).toMatchObject({ status: 409, body: { code: "step_not_attested" } });
    expect(await eve.send("POST", `${run.path}/attest`, plain)).toMatchObject({ status: 409, body: { code: "attestation_pending" } });
    expect(await vera.send("POST", `${run.path}/verify`, { verdict: "VERIFIED", resume: true })).toMatchObject({
      status: 200,
      body: { new_status: "SUCCESS" },
    });
    await expect.poll(async () => (await ada.run(run.id)).status).toBe("success");
    const step = (await ada.steps(run.id)).find(({ step_key }) => step_key === "sheet");
    expect(step?.attestation).toMatchObject({
      attested_by: "bob",
      signature_class: "token",
      verified_by: [{ name: "vera", signature_class: "token" }],
    });
    const kinds = (await ada.entries(run.id)).map(({ body }) => body["kind"]);
    expect(kinds.slice(-5)).toEqual(["attestation.submitted", "attestation.verified", "step.succeeded", "run.resumed", "run.succeeded"]);
    const verified = startReckon(["verify", run.id], { DATABASE_URL: database.url });
    expect(await verified.ended, verified.output()).toBe(0);
  }, 60_000);

  test("are another person's than the initiator's and the attestor's, and only those the contract names", async () => {
    const run = await waitingRun({ verification: "four_eyes", approvals: { required: 2, of: ["ada", "bob", "vera"] } });
    const separate = { status: 403, body: { code: "duties_not_separate" } };
    expect(await ada.send("POST", `${run.path}/attest`, plain)).toMatchObject(separate);
    expect(await eve.send("POST", `${run.path}/attest`, plain)).toMatchObject(separate);
    expect(await bob.send("POST", `${run.path}/verify`, { verdict: "VERIFIED" })).toMatchObject({
      status: 409,
      body: { code: "nothing_to_verify" },
    });
    expect((await bob.send("POST", `${run.path}/attest`, plain)).status).toBe(200);
    for (const api of [bob, ada, eve])
      expect(await api.send("POST", `${run.path}/verify`, { verdict: "VERIFIED" })).toMatchObject(separate);
    expect((await vera.send("POST", `${run.path}/verify`, { verdict: "VERIFIED" })).status).toBe(200);
  });

  test("a rejection keeps the step waiting, with its reason on record, for another attestation", async () => {
    const run = await waitingRun(fourEyes);
    await bob.send("POST", `${run.path}/attest`, plain);
    expect(await vera.send("POST", `${run.path}/verify`, { verdict: "REJECTED" })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/reason" }] },
    });
    expect(await vera.send("POST", `${run.path}/verify`, { verdict: "REJECTED", reason: "the totals differ" })).toMatchObject({
      status: 200,
      body: { new_status: "WAITING_FOR_ATTESTATION" },
    });
    const rejected = (await ada.steps(run.id)).find(({ step_key }) => step_key === "sheet");
    expect(rejected).toMatchObject({
      status: "WAITING_FOR_ATTESTATION",
      attestation: null,
      rejected_attestations: [{ attested_by: "bob", rejected_by: { name: "vera" }, reason: "the totals differ" }],
    });
    expect((await eve.send("POST", `${run.path}/attest`, plain)).status).toBe(200);
    expect(await vera.send("POST", `${run.path}/verify`, { verdict: "VERIFIED" })).toMatchObject({ body: { new_status: "SUCCESS" } });
    const verified = startReckon(["verify", run.id], { DATABASE_URL: database.url });
    expect([0, 4], verified.output()).toContain(await verified.ended);
  }, 60_000);

  test("three persons are three, and a FAIL stops the run with one word", async () => {
    const run = await waitingRun({ verification: "four_eyes", approvals: { required: 3 } });
    await bob.send("POST", `${run.path}/attest`, plain);
    expect(await vera.send("POST", `${run.path}/verify`, { verdict: "VERIFIED" })).toMatchObject({
      body: { new_status: "WAITING_FOR_ATTESTATION" },
    });
    expect(await vera.send("POST", `${run.path}/verify`, { verdict: "VERIFIED" })).toMatchObject({ status: 403 });
    expect(await eve.send("POST", `${run.path}/verify`, { verdict: "VERIFIED" })).toMatchObject({ body: { new_status: "SUCCESS" } });
    const failing = await waitingRun(fourEyes);
    expect(await bob.send("POST", `${failing.path}/attest`, { outcome: "FAIL" })).toMatchObject({ body: { new_status: "FAIL" } });
    expect(await ada.run(failing.id)).toMatchObject({ status: "error", error: { code: "attested_fail" } });
  });

  test("may each have to sign, and a challenge that was answered is not answered twice", async () => {
    const run = await waitingRun({ verification: "four_eyes", approvals: { required: 2, signed: true } });
    expect(await bob.send("POST", `${run.path}/attest`, plain)).toMatchObject({ status: 422, body: { code: "signature_required" } });
    const challenge = await challengeAt(bob, run.path);
    const body = signedBody(bobsKey, challenge);
    expect(await bob.send("POST", `${run.path}/attest`, body)).toMatchObject({ body: { new_status: "WAITING_FOR_ATTESTATION" } });

    const attestation = attestationBy("bob");
    const word = { by: "vera", verdict: "REJECTED", reason: "the totals differ", resume: false } as const;
    const rejection = sign(verasKey, await challengeAt(vera, run.path), verifyAct(word, attestation), { meaning: "reviewed" });
    const sent = { verdict: word.verdict, reason: word.reason, signature: rejection };
    expect(await vera.send("POST", `${run.path}/verify`, sent)).toMatchObject({ status: 200 });
    await refused(run, () => bob.send("POST", `${run.path}/attest`, body), {
      status: 409,
      code: "signature_stale",
      recorded: "challenge_answered",
    });

    expect((await bob.send("POST", `${run.path}/attest`, signedBody(bobsKey, await challengeAt(bob, run.path)))).status).toBe(200);
    const executed = sign(verasKey, await challengeAt(vera, run.path), verifyAct({ ...word, verdict: "VERIFIED" }, attestation));
    await refused(run, () => vera.send("POST", `${run.path}/verify`, { verdict: "VERIFIED", reason: word.reason, signature: executed }), {
      status: 422,
      code: "signature_refused",
      recorded: "meaning_mismatch",
    });
    const approved = sign(verasKey, await challengeAt(vera, run.path), verifyAct({ ...word, verdict: "VERIFIED" }, attestation), {
      meaning: "approved",
    });
    expect(await vera.send("POST", `${run.path}/verify`, { verdict: "VERIFIED", reason: word.reason, signature: approved })).toMatchObject({
      body: { new_status: "SUCCESS" },
    });
    const verified = startReckon(["verify", run.id], { DATABASE_URL: database.url });
    expect([0, 4], verified.output()).toContain(await verified.ended);
  }, 60_000);
});

describe("a key", () => {
  test("is one person's for ever, is replaced on record, and what the old one signed stays signed", async () => {
    const run = await waitingRun();
    const first = await enrollKey(kate, "bob", "Bob Roberts");
    expect((await bob.send("POST", `${run.path}/attest`, signedBody(first, await challengeAt(bob, run.path)))).status).toBe(200);
    const again = { subject: "eve", printed_name: "Eve Adams", public_key: first.signing.publicKey };
    expect(await kate.send("POST", "/api/keys", again)).toMatchObject({ status: 409, body: { code: "key_taken" } });
    const second = await enrollKey(kate, "eve", "Eve Adams");
    const wrong = { subject: "bob", printed_name: "Bob", public_key: `ed25519:${"B".repeat(42)}A`, replaces: second.id };
    expect(await kate.send("POST", "/api/keys", wrong)).toMatchObject({ status: 422, body: { errors: [{ pointer: "/replaces" }] } });
    expect(await kate.send("POST", "/api/keys", { ...wrong, replaces: first.id })).toMatchObject({
      status: 201,
      body: { replaces: first.id },
    });
    expect(await lastRegisterEntry()).toMatchObject({ kind: "key.revoked", data: { key: first.id } });
    const verified = startReckon(["verify", run.id], { DATABASE_URL: database.url });
    expect([0, 4], verified.output()).toContain(await verified.ended);
    await expect(database.rows("update reckoning.operator_key set subject = 'eve'")).rejects.toThrow("append-only");
  }, 60_000);

  test("is revoked by its person, and by nobody else who is no custodian", async () => {
    const key = await enrollKey(kate, "bob", "Bob Roberts");
    expect(await eve.send("POST", `/api/keys/${key.id}/revoke`, { reason: "spite" })).toMatchObject({ status: 403 });
    expect(await bob.send("POST", `/api/keys/${key.id}/revoke`, { reason: "lost" })).toMatchObject({ status: 200 });
    expect(await bob.send("POST", `/api/keys/${key.id}/revoke`, { reason: "lost" })).toMatchObject({
      status: 409,
      body: { code: "key_revoked" },
    });
  });
});

describe("the command line", () => {
  test("makes a key, has it enrolled, signs an attestation and a verification with it", async () => {
    const folder = mkdtempSync(join(tmpdir(), "reckoning-keys-"));
    try {
      const file = join(folder, "bob.pem");
      const made = startReckon(["key", "create", file], {});
      expect(await made.ended, made.output()).toBe(0);
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readFileSync(file, "utf8")).toContain("PRIVATE KEY");
      const second = startReckon(["key", "create", file], {});
      expect(await second.ended).toBe(2);
      const as = async (name: string, roles: readonly Role[]) => ({
        RECKONING_URL: server.url,
        RECKONING_TOKEN: (await createToken(database.url, name, roles)).text,
      });
      const custodian = await as("kate", ["key_custodian"]);
      const enrolled = startReckon(["key", "enroll", "--name", "bob", "--printed-name", "Bob Roberts", "--key", file], custodian);
      expect(await enrolled.ended, enrolled.output()).toBe(0);
      const run = await waitingRun({ verification: "four_eyes", approvals: { required: 2, signed: true } });
      const bobs = await as("bob", ["attestor", "runner"]);
      const args = ["attest", run.id, "--outcome", "SUCCESS", "--artifact", "model=file:///m", "--key", file];
      const unreasoned = startReckon(args, bobs);
      expect(await unreasoned.ended).toBe(2);
      const attested = startReckon([...args, "--reason", "the totals match"], bobs);
      expect(await attested.ended, attested.output()).toBe(0);
      expect(attested.output()).toContain("another person has to verify it");

      const verasFile = join(folder, "vera.pem");
      const make = startReckon(["key", "create", verasFile], {});
      expect(await make.ended).toBe(0);
      const veras = await as("vera", ["verifier"]);
      const stranger = startReckon(["confirm", run.id, "--reason", "looked at", "--key", verasFile], veras);
      expect(await stranger.ended).toBe(1);
      expect(stranger.output()).toContain("not enrolled");
      const enroll = startReckon(["key", "enroll", "--name", "vera", "--printed-name", "Vera Rubin", "--key", verasFile], custodian);
      expect(await enroll.ended, enroll.output()).toBe(0);
      const confirmed = startReckon(["confirm", run.id, "--reason", "looked at", "--key", verasFile], veras);
      expect(await confirmed.ended, confirmed.output()).toBe(0);
      expect((await ada.steps(run.id)).find(({ step_key }) => step_key === "sheet")).toMatchObject({
        status: "SUCCESS",
        attestation: { signature_class: "signed", verified_by: [{ name: "vera", signature_class: "signed" }] },
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }, 120_000);
});
