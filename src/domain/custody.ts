/** An artifact of a run by its place: the n-th reference of entry seq. Written `{seq}.{n}`. */
export type ArtifactName = string;

/** What people decided about the keeping of a run's content, after its end. */
export interface Custody {
  /** Who placed the legal hold that is in force; null: none is. */
  readonly heldBy: string | null;
  /** Erasures that were asked for and not carried out. */
  readonly requested: ReadonlyMap<ArtifactName, ErasureRequest>;
  /** Erased artifacts, each with the `seq` of the entry that authorised it. */
  readonly erased: ReadonlyMap<ArtifactName, number>;
}

export interface ErasureRequest {
  /** The entry of the request. */
  readonly seq: number;
  readonly requestedBy: string;
  /** The law or duty that it rests on, such as `GDPR Art. 17(1)(a)`. */
  readonly legalBasis: string;
}

export const noCustody: Custody = { heldBy: null, requested: new Map(), erased: new Map() };

/** Kinds that may follow the end of a run: they are about the keeping of its record and change nothing of what ran. */
export const administrativeKinds = ["erasure.requested", "artifact.erased", "hold.placed", "hold.released"] as const;
export type AdministrativeKind = (typeof administrativeKinds)[number];

export function isAdministrative(kind: string): kind is AdministrativeKind {
  return administrativeKinds.some((known) => known === kind);
}
