import { signatureClassOf } from "../../domain/attestation.ts";
import type { Attestation } from "../../domain/attestation.ts";
import type { ComputeContract } from "../../domain/manifest.ts";
import { isJsonObject, textOf } from "../../domain/json.ts";
import type { JsonObject } from "../../domain/json.ts";
import { parseSha256 } from "../../domain/sha256.ts";
import type { AttestationView, RejectedAttestation, SignedName } from "../../domain/view.ts";
import type { Entry } from "../../ledger/read-entry.ts";

/** An attestation with whoever stands by it. `entries` are those of its step, in order. */
export function attestationView(
  content: JsonObject,
  submitted: Entry,
  { entries, contract }: { readonly entries: readonly Entry[]; readonly contract: ComputeContract | null },
): AttestationView {
  const attestation = content as unknown as Attestation;
  // Only under this mode was each file compared with what is claimed of it before the attestation was taken.
  const is_verified = contract?.verification === "artifact_upload";
  const { signature_class, key, envelope } = signedName(submitted, "attested_by");
  const verified = entries.filter(({ kind, seq }) => kind === "attestation.verified" && seq > submitted.seq);
  return {
    ...attestation,
    artifacts: attestation.artifacts.map((artifact) => ({ ...artifact, is_verified })),
    attested_at: submitted.at,
    signature_class,
    key,
    envelope,
    verified_by: verified.map((entry) => signedName(entry, "verified_by")),
  };
}

export function rejectedAttestations(entries: readonly Entry[], reasons: ReadonlyMap<number, string>): readonly RejectedAttestation[] {
  return entries.flatMap((entry, index) => {
    if (entry.kind !== "attestation.rejected") return [];
    const submitted = entries.slice(0, index).findLast(({ kind }) => kind === "attestation.submitted");
    return [
      {
        attested_by: textOf(submitted?.data["attested_by"]) ?? "",
        rejected_by: signedName(entry, "rejected_by"),
        reason: reasons.get(entry.seq) ?? null,
      },
    ];
  });
}

function signedName(entry: Entry, member: "attested_by" | "verified_by" | "rejected_by"): SignedName {
  const { signature } = entry.data;
  const credential = entry.actor.type === "operator" ? entry.actor.credential : null;
  const envelope = entry.refs.findIndex(({ role }) => role === "envelope");
  return {
    name: textOf(entry.data[member]) ?? "",
    at: entry.at,
    signature_class: signatureClassOf(credential, isJsonObject(signature)),
    key: isJsonObject(signature) ? parseSha256(textOf(signature["key"]) ?? "") : null,
    envelope: envelope === -1 ? null : `${entry.seq}.${envelope}`,
  };
}
