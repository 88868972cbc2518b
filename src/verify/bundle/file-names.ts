/** The files of a run export that are there once. */
export const fileNames = {
  entries: "entries.jsonl",
  plan: "plan.json",
  report: "report.html",
  description: "bundle.json",
} as const;

/** What a file of a run export is, by its name. `rank` sorts names into the one order that files have. */
export type FilePlace =
  | { readonly type: "entries" | "plan" | "report" | "description"; readonly rank: string }
  | { readonly type: "artifact" | "salt"; readonly seq: number; readonly n: number; readonly rank: string }
  | { readonly type: "proof"; readonly seq: number; readonly rank: string };

export function artifactName(seq: number, n: number): string {
  return `artifacts/${seq}.${n}`;
}

export function proofName(seq: number): string {
  return `proofs/${seq}.tlog-proof`;
}

/** Null for a name that no file of a run export has. */
export function placeOf(name: string): FilePlace | null {
  switch (name) {
    case fileNames.entries:
      return { type: "entries", rank: "0" };
    case fileNames.plan:
      return { type: "plan", rank: "1" };
    case fileNames.report:
      return { type: "report", rank: "4" };
    case fileNames.description:
      return { type: "description", rank: "5" };
  }
  const artifact = /^artifacts\/(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,2})(\.salt)?$/.exec(name);
  if (artifact !== null) {
    const [seq, n, isSalt] = [Number(artifact[1]), Number(artifact[2]), artifact[3] !== undefined];
    return { type: isSalt ? "salt" : "artifact", seq, n, rank: `2 ${padded(seq)} ${padded(n)} ${isSalt ? 1 : 0}` };
  }
  const proof = /^proofs\/(0|[1-9][0-9]{0,5})\.tlog-proof$/.exec(name);
  if (proof === null) return null;
  const seq = Number(proof[1]);
  return { type: "proof", seq, rank: `3 ${padded(seq)}` };
}

function padded(count: number): string {
  return String(count).padStart(6, "0");
}
