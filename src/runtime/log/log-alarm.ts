/** Why checkpoints are late or do not come at all. */
export const logAlarmCodes = [
  "key_missing",
  "key_unreadable",
  "key_changed",
  "signer_busy",
  "signer_state_unreadable",
  "not_an_extension",
  "quorum_missing",
  "anchor_unwritable",
  "publishing_failed",
] as const;
export type LogAlarmCode = (typeof logAlarmCodes)[number];

export interface LogAlarm {
  readonly code: LogAlarmCode;
  readonly detail: string;
}
