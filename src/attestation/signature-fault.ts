/** Every way a signature can fail. A caller turns each into a refusal and keeps it on record. */
export const signatureFaultCodes = [
  /** Not a DSSE envelope with one signature. */
  "envelope_malformed",
  /** The signed bytes are no in-toto Statement v1 with our predicate. */
  "statement_malformed",
  /** No such key was ever enrolled. */
  "key_unknown",
  /** The key was revoked before this signature was judged. */
  "key_revoked",
  /** The key belongs to another person than the one who asks. */
  "key_of_another",
  /** The signature does not hold over the payload. */
  "signature_invalid",
  /** The printed name is not the one that was enrolled with the key. */
  "name_mismatch",
  /** The challenge was never issued here, or was altered. */
  "challenge_unknown",
  /** The challenge was issued to another person. */
  "challenge_of_another",
  /** The challenge was issued for another run, step, contract, output or version: the signature was moved. */
  "challenge_moved",
  /** The challenge's deadline has passed. */
  "challenge_expired",
  /** The challenge was answered before. */
  "challenge_answered",
  /** What was signed is not what was sent. */
  "content_mismatch",
  /** The stated meaning does not fit what is asked. */
  "meaning_mismatch",
] as const;
export type SignatureFaultCode = (typeof signatureFaultCodes)[number];

export interface SignatureFault {
  readonly code: SignatureFaultCode;
  readonly detail: string;
}

export function signatureFault(code: SignatureFaultCode, detail: string): SignatureFault {
  return { code, detail };
}
