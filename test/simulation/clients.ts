// Simulated clients: they start runs, attest, resume and cancel, ask twice, ask at once, and ask again when an answer was lost.
import type { Operator } from "../../src/domain/actor.ts";
import type { ManifestId, RunId, StepKey } from "../../src/domain/ids.ts";
import { stepRunIdOf } from "../../src/ledger/derived-id.ts";
import { cancelRun } from "../../src/runtime/cancel-run.ts";
import { resumeRun } from "../../src/runtime/resume-run.ts";
import { startRun } from "../../src/runtime/start-run.ts";
import { submitAttestation } from "../../src/runtime/submit-attestation.ts";
import type { Dice } from "./dice.ts";
import { plansMade } from "./plans.ts";
import type { SimulatedProcess } from "./process.ts";
import type { SimulatedStore } from "./store.ts";

/** What a client was told happened; it must stand in the record for ever. */
export type Acknowledged =
  | { readonly type: "started"; readonly runId: RunId; readonly key: string }
  | { readonly type: "attested"; readonly runId: RunId; readonly step: StepKey }
  | { readonly type: "resumed"; readonly runId: RunId }
  | { readonly type: "cancelled"; readonly runId: RunId };

export interface ClientPorts {
  readonly dice: Dice;
  readonly store: SimulatedStore;
  readonly acknowledge: (fact: Acknowledged) => void;
  readonly onError: (what: string, error: unknown) => void;
}

export interface Clients {
  /** One request of some client to `process`. */
  readonly ask: (process: SimulatedProcess) => void;
  /** What a patient operator does so that runs come to rest: attests and resumes whatever waits. */
  readonly attend: (process: SimulatedProcess) => void;
}

const startsMax = 2;

function operator(id: string): Operator {
  return { type: "operator", id, credential: null };
}

export function makeClients(ports: ClientPorts): Clients {
  const { dice, store } = ports;
  const starts: { readonly manifest: string; readonly key: string }[] = [];

  const start = (process: SimulatedProcess): void => {
    const again = starts.length > 0 && dice.chance(0.3);
    const request = again ? dice.oneOf(starts) : { manifest: String(dice.below(plansMade)), key: `start-${starts.length}` };
    if (!again) starts.push(request);
    const { manifest, key } = request;
    const asked = { manifestId: manifest as ManifestId, by: operator("alice"), params: {}, key };
    told(startRun(process.runtime, asked), "start", (started) => ports.acknowledge({ type: "started", runId: started.runId, key }));
  };
  const attest = (process: SimulatedProcess, runId: RunId, step: StepKey): void => {
    const attestation = {
      attested_by: "bob",
      outcome: dice.chance(0.85) ? "SUCCESS" : "FAIL",
      notes: null,
      artifacts: [],
      output: null,
    } as const;
    const key = dice.chance(0.5) ? `attest-${runId}-${attestation.outcome}` : null;
    const asked = {
      runId,
      stepRunId: stepRunIdOf(runId, step),
      by: operator("bob"),
      attestation,
      signature: null,
      resume: dice.chance(0.3),
      key,
    };
    told(submitAttestation(process.runtime, asked), "attest", () => ports.acknowledge({ type: "attested", runId, step }));
  };
  const resume = (process: SimulatedProcess, runId: RunId): void => {
    told(resumeRun(process.runtime, { runId, by: operator("bob"), key: null }), "resume", () =>
      ports.acknowledge({ type: "resumed", runId }),
    );
  };
  const cancel = (process: SimulatedProcess, runId: RunId): void => {
    told(cancelRun(process.runtime, { runId, by: operator("carol"), reason: "enough", key: null }), "cancel", () =>
      ports.acknowledge({ type: "cancelled", runId }),
    );
  };
  /** A refusal or a fault tells a client nothing; anything else that is thrown is a bug of ours. */
  const told = <T>(
    answer: Promise<{ readonly ok: true; readonly value: T } | { readonly ok: false }>,
    what: string,
    then: (value: T) => void,
  ): void => {
    void answer.then(
      (result) => {
        if (result.ok) then(result.value);
        return undefined;
      },
      (error: unknown) => ports.onError(what, error),
    );
  };
  const stepOf = (runId: RunId): StepKey | null => {
    const run = store.runs.get(runId);
    return run?.row.waitingStep ?? ([...(run?.steps.keys() ?? [])].at(-1) as StepKey | undefined) ?? null;
  };

  return {
    ask(process) {
      const runIds = [...store.runs.keys()];
      if (runIds.length === 0 || (starts.length < startsMax && dice.chance(0.5))) {
        if (starts.length < startsMax) start(process);
        return;
      }
      const runId = dice.oneOf(runIds);
      const step = stepOf(runId);
      const luck = dice.below(10);
      if (luck < 5 && step !== null) attest(process, runId, step);
      else if (luck < 8) resume(process, runId);
      else if (luck < 9) cancel(process, runId);
      else start(process);
    },
    attend(process) {
      for (const [runId, { row, steps }] of store.runs) {
        if (row.status !== "waiting" || row.waitingStep === null) continue;
        if (steps.get(row.waitingStep)?.attestedSeq === null) attest(process, runId, row.waitingStep);
        else resume(process, runId);
      }
    },
  };
}
