import type { ManifestId, ManifestStepId, StepKey } from "../../domain/ids.ts";
import type { CheckedManifest } from "../../domain/manifest.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { ManifestView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { manifestView } from "../read/manifests.ts";
import type { ManifestRow } from "../read/manifests.ts";
import { sql } from "../sql.ts";

export interface NewManifestVersion {
  readonly id: ManifestId;
  /** One more than the version it was made from. */
  readonly version: number;
  readonly manifest: CheckedManifest;
  /** RFC 8785 bytes of `manifest`, and their SHA-256. */
  readonly bytes: Uint8Array;
  readonly digest: Sha256;
  readonly stepIds: ReadonlyMap<StepKey, ManifestStepId>;
}

interface Published extends ManifestRow {
  readonly outcome: "done" | "name_taken" | "version_taken";
}

export async function insertManifest(db: Database, version: NewManifestVersion): Promise<ManifestView | "name_taken"> {
  const inserted = await insertManifestVersion(db, version);
  return inserted === "version_taken" ? "name_taken" : inserted;
}

/** `version_taken`: somebody else made that version first; nothing was written. */
export async function insertManifestVersion(
  db: Database,
  version: NewManifestVersion,
): Promise<ManifestView | "name_taken" | "version_taken"> {
  const { steps, name } = version.manifest;
  const keys = steps.map((step) => step.step_key);
  const ids = keys.map((key) => version.stepIds.get(key));
  const tasks = steps.map((step) => (step.step_type === "task" ? step.task_id : null));
  const rows = await db.query<Published>(sql`
    select * from reckoning.publish_manifest(
      ${version.id}, ${version.version}, ${name}, ${Buffer.from(version.digest, "hex")}, ${Buffer.from(version.bytes)},
      ${keys}::text[], ${ids}::uuid[], ${tasks}::uuid[])`);
  const row = rows[0];
  if (row?.outcome === "done") return manifestView(row);
  return row?.outcome === "version_taken" ? "version_taken" : "name_taken";
}
