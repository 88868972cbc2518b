/** What a person may be let in for. One person may hold several; what two of them must not do to one object, `decide` refuses. */
export const roles = ["author", "releaser", "runner", "attestor", "verifier", "auditor", "eraser", "key_custodian", "admin"] as const;
export type Role = (typeof roles)[number];

/** A token expires: after a quarter of a year unless it is said otherwise, after a year at the latest. */
export const tokenDaysDefault = 90;
export const tokenDaysMax = 366;

/** Who may do one thing: anybody at all, everybody who is let in, or the holders of roles. */
export interface Access {
  readonly allow: "anybody" | "everybody" | readonly Role[];
  /** Who may do it to what is their own besides, such as revoking one's own token. */
  readonly allowOwn?: "everybody";
  /** Whose use is put on record: it shows (auditors) or hands out (everybody) what runs hold. */
  readonly isOnRecordFor?: "auditors" | "everybody";
}

/** Those whose work is with definitions and runs. Custodian and admin look after keys and people, and see no content. */
const workers = ["author", "releaser", "runner", "attestor", "verifier", "auditor", "eraser"] as const;
const content: Access = { allow: workers, isOnRecordFor: "auditors" };
const definitions: Access = { allow: workers };
const author: Access = { allow: ["author"] };
const anybody: Access = { allow: "anybody" };

/**
 * Every call of the interface, by its operation id. The one place that says who may do what: the door reads it, and a
 * call that does not stand here is nobody's when people must say who they are.
 */
const access: { readonly [operation: string]: Access } = {
  health: anybody,
  pingDatabase: anybody,
  version: anybody,
  openApi: anybody,
  docs: anybody,
  problem: anybody,
  metrics: { allow: ["auditor", "admin"] },

  checkTask: author,
  checkManifest: author,
  createTask: author,
  replaceTask: author,
  listTasks: definitions,
  getTask: definitions,
  listTaskVersions: definitions,
  getTaskVersion: definitions,
  createManifest: author,
  replaceManifest: author,
  replaceSteps: author,
  listManifests: definitions,
  getManifest: definitions,
  listSteps: definitions,
  listManifestVersions: definitions,
  getManifestVersion: definitions,

  startRun: { allow: ["runner"] },
  resumeRun: { allow: ["runner", "attestor"] },
  cancelRun: { allow: ["runner"] },
  // Two persons, who may hold the same role: that they are two, `decide` sees to.
  requestErasure: { allow: ["eraser"] },
  approveErasure: { allow: ["eraser"] },
  placeHold: { allow: ["auditor"] },
  releaseHold: { allow: ["auditor"] },
  listRuns: content,
  getStats: content,
  getRun: content,
  listStepRuns: content,
  listEntries: content,
  getPlan: content,
  getArtifact: content,
  exportRun: { allow: workers, isOnRecordFor: "everybody" },
  getReport: content,
  followRun: content,
  listWaiting: content,
  followRuns: content,

  // The checkpoint says how much there is and nothing of what it is; tiles hold the entries.
  getCheckpoint: anybody,
  getTile: content,
  getEntryProof: content,
  getLog: { allow: "everybody" },

  attestStep: { allow: ["attestor"] },
  verifyAttestation: { allow: ["verifier"] },
  issueChallenge: { allow: ["attestor", "verifier"] },

  uploadArtifact: { allow: ["attestor", "runner", "author"] },
  downloadArtifact: content,
  enrollKey: { allow: ["key_custodian"] },
  listKeys: { allow: "everybody" },
  revokeKey: { allow: ["key_custodian"], allowOwn: "everybody" },
  signInMethods: anybody,
  signIn: anybody,
  finishSignIn: anybody,
  signOut: { allow: "everybody" },
  whoAmI: { allow: "everybody" },
  createToken: { allow: ["admin"] },
  listTokens: { allow: ["admin", "auditor"] },
  revokeToken: { allow: ["admin"], allowOwn: "everybody" },
};

export function accessOf(operation: string | undefined): Access | null {
  return operation !== undefined && Object.hasOwn(access, operation) ? (access[operation] ?? null) : null;
}

/** Whether a holder of `held` may do it. `isOwn`: the object is theirs; null where that is not known yet, so that the use decides. */
export function mayDo(access: Access, held: readonly Role[], isOwn: boolean | null = false): boolean {
  if (access.allow === "anybody" || access.allow === "everybody") return true;
  return access.allow.some((role) => held.includes(role)) || (access.allowOwn === "everybody" && isOwn !== false);
}
