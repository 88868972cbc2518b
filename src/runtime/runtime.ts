import type { CommandId, ManifestId, RunId } from "../domain/ids.ts";
import type { EffectiveModel } from "../domain/plan.ts";
import type { ModelSettings, Provider } from "../domain/task.ts";
import type { Database } from "../storage/pool.ts";
import type { AdvanceTools } from "./advance-run.ts";
import type { HeldRun } from "./held-run.ts";
import type { Hints } from "./hints.ts";
import type { Cache, CurrentPlan } from "./plans.ts";
import type { Register } from "./register.ts";
import type { Worker } from "./worker.ts";

/** What the uses of this room share; made once in `open-runtime.ts`. */
export interface Runtime {
  readonly db: Database;
  readonly tools: AdvanceTools;
  readonly register: Register;
  readonly worker: Worker;
  readonly hints: Hints;
  readonly newRunId: () => RunId;
  /** The run as the store has it now; loads that are asked for together share one round trip. */
  readonly loadRun: (runId: RunId) => Promise<HeldRun | null>;
  readonly findCommand: (id: CommandId) => Promise<{ readonly runId: RunId; readonly payload: Uint8Array } | null>;
  /** Names the current versions of a manifest and of its tasks; null when there is no such manifest. */
  readonly currentVersions: (manifestId: ManifestId) => Promise<string | null>;
  readonly planCache: Cache<CurrentPlan>;
  readonly resolveModel: (settings: ModelSettings) => EffectiveModel;
  /** How long a challenge can be answered. */
  readonly challengeMs: number;
  readonly uploadBytesMax: number;
  readonly sessions: { readonly issuer: string; readonly seconds: number; readonly idleSeconds: number };
  readonly hasProvider: (provider: Provider) => boolean;
}
