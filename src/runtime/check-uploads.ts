import type { Attestation } from "../domain/attestation.ts";
import type { ComputeContract } from "../domain/manifest.ts";
import type { Issue } from "../domain/rejection.ts";
import { uploadIdOf } from "../domain/upload.ts";
import type { UploadView } from "../domain/view.ts";
import type { Database } from "../storage/pool.ts";
import { readUploads } from "../storage/read/uploads.ts";

/** The uploads that an attestation names, as they are stored. */
export async function uploadsOf(db: Database, { artifacts }: Attestation): Promise<ReadonlyMap<string, UploadView>> {
  const ids = artifacts.map(({ uri }) => uploadIdOf(uri)).filter((id) => id !== null);
  return readUploads(db, [...new Set(ids)]);
}

/** Under `artifact_upload` a file counts that is here, and whose bytes are the ones that are claimed. A mere address does not. */
export function uploadIssues(
  contract: ComputeContract,
  { artifacts, outcome }: Attestation,
  uploads: ReadonlyMap<string, UploadView>,
): readonly Issue[] {
  if (contract.verification !== "artifact_upload" || outcome === "FAIL") return [];
  return artifacts.flatMap((artifact, index) => {
    const at = `/artifacts/${index}`;
    const id = uploadIdOf(artifact.uri);
    const upload = id === null ? undefined : uploads.get(id);
    if (upload === undefined) return [{ pointer: `${at}/uri`, detail: "names no file that was uploaded here (PUT /api/artifacts)" }];
    if (artifact.sha256 === null)
      return [{ pointer: `${at}/sha256`, detail: "is missing: the contract compares it with the uploaded bytes" }];
    if (artifact.sha256 !== upload.sha256)
      return [{ pointer: `${at}/sha256`, detail: `is not that of the uploaded bytes, which is ${upload.sha256}` }];
    if (artifact.bytes !== null && artifact.bytes !== upload.bytes)
      return [{ pointer: `${at}/bytes`, detail: `is not the size of the upload, which is ${upload.bytes}` }];
    return [];
  });
}
