import type { Attestation, AttestedArtifact } from "../domain/attestation.ts";
import { isJsonObject } from "../domain/json.ts";
import type { Json, JsonObject } from "../domain/json.ts";
import { parseSha256 } from "../domain/sha256.ts";
import { listOf, textOf } from "./wire.ts";

/** What a body states, with every member it leaves away filled in as the server does: that is what is signed. */
export function attestationOf(body: JsonObject, attestedBy: string): Attestation {
  const { outcome, notes, output } = body;
  return {
    attested_by: attestedBy,
    outcome: outcome === "FAIL" ? "FAIL" : "SUCCESS",
    notes: typeof notes === "string" ? notes : null,
    artifacts: listOf(body["artifacts"]).flatMap(artifactOf),
    output: output ?? null,
  };
}

function artifactOf(item: Json): readonly AttestedArtifact[] {
  if (!isJsonObject(item)) return [];
  const { bytes } = item;
  return [
    {
      name: textOf(item["name"]),
      uri: textOf(item["uri"]),
      sha256: parseSha256(textOf(item["sha256"])),
      bytes: typeof bytes === "number" ? bytes : null,
    },
  ];
}
