import type { ManifestId, RunId, TaskId } from "../domain/ids.ts";
import { parseUuid } from "../domain/ids.ts";
import { present } from "../domain/assert.ts";
import { v7 as uuidv7 } from "uuid";
import { readChangeCursor, readChangedRuns } from "../storage/read/changed-runs.ts";
import { readArtifact, readEntries, readPlan } from "../storage/read/entries.ts";
import { listManifests, listManifestVersions, readManifest } from "../storage/read/manifests.ts";
import { ping } from "../storage/read/ping.ts";
import { listRuns, readRunStatus, readRunViews } from "../storage/read/runs.ts";
import { readStepRuns } from "../storage/read/step-runs.ts";
import { listTasks, listTaskVersions, readTask } from "../storage/read/tasks.ts";
import { readStats } from "../storage/read/stats.ts";
import { listWaiting } from "../storage/read/waiting.ts";
import { readUploads } from "../storage/read/uploads.ts";
import { listOperatorKeys, readOperatorKey } from "../storage/read/signatures.ts";
import { listTokens, readToken } from "../storage/read/tokens.ts";
import { noteAccess } from "../storage/write/register.ts";
import { awaitRest } from "./await-rest.ts";
import { cancelRun } from "./cancel-run.ts";
import type { Machine } from "./deps.ts";
import { loadTogether } from "./load-together.ts";
import { checkManifestInput, publishManifest, replaceManifest, replaceSteps } from "./publish-manifest.ts";
import { checkTaskInput, publishTask, replaceTask } from "./publish-task.ts";
import { issueChallenge } from "./issue-challenge.ts";
import { enrollKey, revokeKey } from "./keys.ts";
import { parseTilePath } from "../ledger/tiles.ts";
import type { LogDoor } from "./log/log-door.ts";
import { readUploadRange } from "./read-upload.ts";
import { storeUpload } from "./store-upload.ts";
import { resumeRun } from "./resume-run.ts";
import type { Runtime } from "./runtime.ts";
import { startRun } from "./start-run.ts";
import { submitAttestation } from "./submit-attestation.ts";
import { verifyAttestation } from "./verify-attestation.ts";
import { callerOfToken, createToken, openSession, revokeToken } from "./tokens.ts";
import { keepRun } from "./keep-run.ts";

const readBatchMax = 64;

/** The machine as its doors see it: each call handed to the file that is named after it. */
export function makeMachine(runtime: Runtime, log: LogDoor): Machine {
  const { db, register } = runtime;
  const tokens = { db, register, now: runtime.tools.scribe.now, newTokenId: uuidv7 };
  return {
    checkTask: async (input) => checkTaskInput(input),
    checkManifest: (input) => checkManifestInput(db, input),
    publishTask: (input) => publishTask(db, newId<TaskId>, input),
    replaceTask: (id, input) => replaceTask(db, id, input),
    publishManifest: (input) => publishManifest(db, newId<ManifestId>, input),
    replaceManifest: (id, input) => replaceManifest(db, id, input),
    replaceSteps: (id, input) => replaceSteps(db, id, input),
    startRun: (request) => startRun(runtime, request),
    submitAttestation: (request) => submitAttestation(runtime, request),
    verifyAttestation: (request) => verifyAttestation(runtime, request),
    issueChallenge: (request) => issueChallenge(runtime, request),
    storeUpload: (request) => storeUpload({ db, newId: uuidv7, bytesMax: runtime.uploadBytesMax }, request),
    enrollKey: (request, by) => enrollKey(runtime, request, by),
    revokeKey: (revocation, by) => revokeKey(runtime, revocation, by),
    resumeRun: (request) => resumeRun(runtime, request),
    keepRun: (request) => keepRun(runtime, request),
    cancelRun: (request) => cancelRun(runtime, request),
    awaitRest: (runId, options) =>
      awaitRest({ hints: runtime.hints, worker: runtime.worker, statusOf: (id) => readRunStatus(db, id) }, runId, options),
    subscribe: (runId, listener) => runtime.hints.subscribe(runId, listener),
    callerOfToken: (token) => callerOfToken(db, token),
    createToken: (request, who) => createToken(tokens, request, who),
    openSession: (person) => openSession(tokens, { ...person, ...runtime.sessions }),
    revokeToken: (revocation, by) => revokeToken(tokens, revocation, by),
    noteAccess: (access) => noteAccess(db, access),
    log: {
      ...log,
      async tile(path) {
        const parsed = parseTilePath(path);
        return parsed === null ? null : log.tile(parsed);
      },
    },
    read: {
      ping: () => ping(db),
      task: (id, version) => readTask(db, id, version),
      tasks: (page) => listTasks(db, page),
      taskVersions: (id, page) => listTaskVersions(db, id, page),
      manifest: (id, version) => readManifest(db, id, version),
      manifests: (page) => listManifests(db, page),
      manifestVersions: (id, page) => listManifestVersions(db, id, page),
      run: loadTogether((ids: readonly RunId[]) => readRunViews(db, ids), readBatchMax),
      runs: (filter) => listRuns(db, filter),
      stats: (days) => readStats(db, days),
      waiting: (limit) => listWaiting(db, limit),
      changeCursor: () => readChangeCursor(db),
      changedRuns: (page) => readChangedRuns(db, page),
      runViews: (ids) => readRunViews(db, ids),
      stepRuns: (id) => readStepRuns(db, id),
      entries: (id, page) => readEntries(db, id, page),
      artifact: (id, place) => readArtifact(db, id, place),
      plan: (id) => readPlan(db, id),
      upload: async (id) => (await readUploads(db, [id])).get(id) ?? null,
      uploadRange: (id, range) => readUploadRange(db, id, range),
      operatorKey: (id) => readOperatorKey(db, id),
      operatorKeys: (page) => listOperatorKeys(db, page),
      token: async (id) => (await readToken(db, id))?.view ?? null,
      tokens: (page) => listTokens(db, page),
    },
  };
}

function newId<Kind extends TaskId | ManifestId>(): Kind {
  return present(parseUuid<Kind>(uuidv7()), "a fresh UUID");
}
