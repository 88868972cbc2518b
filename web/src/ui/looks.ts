import type { RunStatus, StepStatus } from "../api/generated.ts";

export type StepState = StepStatus | "PENDING";
export type Tone = "running" | "waiting" | "success" | "error" | "cancelled" | "idle";

export interface Look {
  readonly word: string;
  readonly tone: Tone;
  readonly icon: "running" | "waiting" | "success" | "error" | "cancelled" | "skipped" | "pending";
}

export const runLooks = {
  running: { word: "Running", tone: "running", icon: "running" },
  waiting: { word: "Waiting", tone: "waiting", icon: "waiting" },
  success: { word: "Succeeded", tone: "success", icon: "success" },
  error: { word: "Failed", tone: "error", icon: "error" },
  cancelled: { word: "Cancelled", tone: "cancelled", icon: "cancelled" },
} as const satisfies Record<RunStatus, Look>;

export const stepLooks = {
  PENDING: { word: "Not started", tone: "idle", icon: "pending" },
  RUNNING: { word: "Running", tone: "running", icon: "running" },
  WAITING_FOR_ATTESTATION: { word: "Waiting for attestation", tone: "waiting", icon: "waiting" },
  SUCCESS: { word: "Succeeded", tone: "success", icon: "success" },
  FAIL: { word: "Failed", tone: "error", icon: "error" },
  SKIPPED: { word: "Skipped", tone: "idle", icon: "skipped" },
} as const satisfies Record<StepState, Look>;
