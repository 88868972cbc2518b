import type { Role } from "../domain/access.ts";
import type { Operator } from "../domain/actor.ts";
import type { Challenge } from "../attestation/challenge.ts";
import type { Caller } from "../domain/caller.ts";
import type { ManifestId, RunId, StepRunId, TaskId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { Rejection } from "../domain/rejection.ts";
import type { Result } from "../domain/result.ts";
import type { Sha256 } from "../domain/sha256.ts";
import type { RunStatus } from "../domain/run.ts";
import type { Secret } from "../domain/secret.ts";
import type {
  EntryView,
  ManifestView,
  OperatorKeyView,
  RunView,
  StatsView,
  StepRunView,
  TaskView,
  TokenView,
  UploadView,
  WaitingView,
} from "../domain/view.ts";
import type { ArtifactContent } from "../storage/read/entries.ts";
import type { RunChange } from "../storage/read/changed-runs.ts";
import type { Ping } from "../storage/read/ping.ts";
import type { RunFilter } from "../storage/read/runs.ts";
import type { Page } from "../storage/read/tasks.ts";
import type { Hint } from "./hints.ts";
import type { KeyRequest } from "./keys.ts";
import type { LogDoor } from "./log/log-door.ts";
import type { UploadRequest } from "./store-upload.ts";
import type { AttestRequest, Attested } from "./submit-attestation.ts";
import type { TokenRequest } from "./tokens.ts";
import type { Verified, VerifyRequest } from "./verify-attestation.ts";
import type { KeepingRequest } from "./keep-run.ts";

export type { Challenge } from "../attestation/challenge.ts";

type Answer<T> = Promise<Result<T, Rejection>>;

/** Everything a door to the outside may ask of the machine. Refusals are values; a Fault is thrown. */
export interface Machine {
  /** The door checks of a definition alone: what its digest would be, or every fault. */
  readonly checkTask: (input: Json) => Answer<{ readonly digest: Sha256 }>;
  readonly checkManifest: (input: Json) => Answer<{ readonly digest: Sha256 }>;
  readonly publishTask: (input: Json) => Answer<TaskView>;
  readonly replaceTask: (id: TaskId, input: Json) => Answer<TaskView>;
  readonly publishManifest: (input: Json) => Answer<ManifestView>;
  readonly replaceManifest: (id: ManifestId, input: Json) => Answer<ManifestView>;
  readonly replaceSteps: (id: ManifestId, input: Json) => Answer<ManifestView>;
  readonly startRun: (request: {
    readonly manifestId: ManifestId;
    readonly by: Operator;
    readonly params: Json;
    readonly key: string | null;
  }) => Answer<{ readonly runId: RunId; readonly repeated: boolean }>;
  readonly submitAttestation: (request: AttestRequest) => Answer<Attested>;
  readonly verifyAttestation: (request: VerifyRequest) => Answer<Verified>;
  /** What a person is to sign on a waiting step. */
  readonly issueChallenge: (request: { readonly runId: RunId; readonly stepRunId: StepRunId; readonly to: string }) => Answer<Challenge>;
  /** Takes a file in while it comes. */
  readonly storeUpload: (request: UploadRequest) => Answer<UploadView>;
  readonly enrollKey: (request: KeyRequest, by: Operator) => Answer<OperatorKeyView>;
  readonly revokeKey: (revocation: { readonly key: string; readonly reason: string }, by: Operator) => Answer<OperatorKeyView>;
  readonly resumeRun: (request: { readonly runId: RunId; readonly by: Operator; readonly key: string | null }) => Answer<{
    readonly runId: RunId;
    readonly status: RunStatus;
  }>;
  /** Decisions about the keeping of an ended run's content. */
  readonly keepRun: (request: KeepingRequest) => Answer<RunId>;
  readonly cancelRun: (request: {
    readonly runId: RunId;
    readonly by: Operator;
    readonly reason: string;
    readonly key: string | null;
  }) => Answer<{ readonly runId: RunId; readonly status: RunStatus }>;
  /** Returns when the run waits for people or has ended, when the time is out, or when nobody waits any more. */
  readonly awaitRest: (runId: RunId, options: { readonly timeoutMs: number; readonly signal: AbortSignal }) => Promise<void>;
  /** Hears that a run (or any) may have changed; whoever hears it reads. Answers how to stop listening. */
  readonly subscribe: (runId: RunId | "all", listener: (runId: RunId | null, hint: Hint) => void) => () => void;
  /** Who holds a token; null when it lets nobody in. */
  readonly callerOfToken: (token: string) => Promise<Caller | null>;
  readonly createToken: (
    request: TokenRequest,
    who: { readonly by: Operator; readonly caller: Caller },
  ) => Answer<{ readonly token: TokenView; readonly secret: Secret }>;
  /** A session for somebody whom an identity provider has named. */
  readonly openSession: (person: {
    readonly subject: string;
    readonly roles: readonly Role[];
  }) => Promise<{ readonly token: TokenView; readonly secret: Secret }>;
  readonly revokeToken: (revocation: { readonly token: string; readonly reason: string }, by: Operator) => Answer<TokenView>;
  /** Puts on record what an auditor looks at. */
  readonly noteAccess: (access: {
    readonly subject: string;
    readonly credential: string;
    readonly operation: string;
    readonly target: string;
  }) => Promise<void>;
  readonly read: MachineReads;
  /** The sealed log. A tile's path is as it stands in its address. */
  readonly log: Omit<LogDoor, "tile"> & { readonly tile: (path: string) => Promise<Uint8Array | null> };
}

export interface MachineReads {
  readonly ping: () => Promise<Ping>;
  readonly task: (id: TaskId, version: number | null) => Promise<TaskView | null>;
  readonly tasks: (page: Page<string>) => Promise<readonly TaskView[]>;
  readonly taskVersions: (id: TaskId, page: Page<number>) => Promise<readonly TaskView[] | null>;
  readonly manifest: (id: ManifestId, version: number | null) => Promise<ManifestView | null>;
  readonly manifests: (page: Page<string>) => Promise<readonly ManifestView[]>;
  readonly manifestVersions: (id: ManifestId, page: Page<number>) => Promise<readonly ManifestView[] | null>;
  readonly run: (id: RunId) => Promise<RunView | null>;
  readonly runs: (filter: RunFilter) => Promise<readonly RunView[]>;
  readonly stats: (days: number) => Promise<StatsView>;
  readonly waiting: (limit: number) => Promise<readonly WaitingView[]>;
  /** A moment of the database, and the runs that changed since one. */
  readonly changeCursor: () => Promise<number>;
  readonly changedRuns: (page: {
    readonly afterUs: number;
    readonly afterId: RunId | null;
    readonly limit: number;
  }) => Promise<readonly RunChange[]>;
  readonly runViews: (ids: readonly RunId[]) => Promise<ReadonlyMap<RunId, RunView>>;
  readonly stepRuns: (id: RunId) => Promise<readonly StepRunView[] | null>;
  readonly entries: (id: RunId, page: { readonly after: number | null; readonly limit: number }) => Promise<readonly EntryView[]>;
  readonly artifact: (id: RunId, place: { readonly seq: number; readonly n: number }) => Promise<ArtifactContent | null>;
  readonly plan: (id: RunId) => Promise<Uint8Array | null>;
  readonly upload: (id: string) => Promise<UploadView | null>;
  readonly uploadRange: (id: string, range: { readonly from: number; readonly to: number }) => AsyncGenerator<Uint8Array>;
  readonly operatorKey: (id: Sha256) => Promise<OperatorKeyView | null>;
  readonly operatorKeys: (page: Page<string>) => Promise<readonly OperatorKeyView[]>;
  readonly token: (id: string) => Promise<TokenView | null>;
  readonly tokens: (page: Page<string>) => Promise<readonly TokenView[]>;
}
