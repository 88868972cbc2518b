// The simulated model: a call is made the moment it is asked for, and answered, failed or left hanging as the schedule decides.
import type { ModelReply, ModelRequest } from "../../src/domain/model-call.ts";
import { canonicalBytes } from "../../src/domain/canonical-json.ts";
import { stub } from "../../src/llm/stub.ts";
import type { ModelClient } from "../../src/llm/model-client.ts";
import type { Dice } from "./dice.ts";

interface OpenCall {
  readonly from: object;
  readonly answer: (reply: ModelReply) => void;
}

export interface SimulatedModel {
  readonly clientOf: (owner: object) => ModelClient;
  readonly choices: (isStalled: (from: object) => boolean) => number;
  readonly step: (isStalled: (from: object) => boolean, failureRate: number) => void;
  readonly cutOff: (from: object) => void;
}

// The stub's own protocol, so that verify can read the replies again and replay every run that was simulated.
const { buildRequest, read } = stub();
const usage = { input_tokens: 1, output_tokens: 1 };
const envelope = (text: string): Uint8Array => canonicalBytes({ model: "simulated", text, usage });
const invalid = envelope('{"decision_rationale":{"version":"1"},"output_json":{"n":"one"}}');
const busy = canonicalBytes({ error: "busy" });

function replyOf(dice: Dice, failureRate: number): ModelReply {
  // No two answers are alike, so that an input that came from the wrong one is noticed.
  const good = envelope(`{"decision_rationale":{"version":"1"},"output_json":{"n":${dice.below(1_000_000_000)}}}`);
  const arrived = { arrived: true, status: 200, body: good, retryAfterSeconds: null, latencyMs: 1 } as const;
  if (!dice.chance(failureRate)) return arrived;
  switch (dice.below(4)) {
    case 0:
      return { arrived: false, code: "network", detail: "cut", body: null, latencyMs: 1 };
    case 1:
      return { ...arrived, status: 503, body: busy };
    case 2:
      return { ...arrived, body: invalid };
    default:
      return { arrived: false, code: "timeout", detail: "late", body: null, latencyMs: 1 };
  }
}

export function makeModel(dice: Dice, onCall: (from: object, request: ModelRequest) => void): SimulatedModel {
  let open: OpenCall[] = [];
  const answerable = (isStalled: (from: object) => boolean): readonly OpenCall[] => open.filter((call) => !isStalled(call.from));
  return {
    clientOf: (owner) => ({
      provider: "stub",
      buildRequest,
      read,
      call(request, { signal }) {
        onCall(owner, request);
        return new Promise((resolve) => {
          const call = { from: owner, answer: resolve };
          open.push(call);
          const giveUp = (): void => {
            open = open.filter((other) => other !== call);
            resolve({ arrived: false, code: "network", detail: "given up", body: null, latencyMs: 1 });
          };
          if (signal.aborted) giveUp();
          else signal.addEventListener("abort", giveUp, { once: true });
        });
      },
    }),
    choices: (isStalled) => answerable(isStalled).length,
    step(isStalled, failureRate) {
      const call = dice.oneOf(answerable(isStalled));
      open = open.filter((other) => other !== call);
      call.answer(replyOf(dice, failureRate));
    },
    cutOff(from) {
      open = open.filter((call) => call.from !== from);
    },
  };
}
