/** Size of the pieces in which a file is stored and read: all that is ever held of it in memory, and a little more. */
export const chunkBytes = 262_144;

const prefix = "/api/artifacts/";

/** How an attestation names a file that was handed over. */
export function uploadUri(id: string): string {
  return `${prefix}${id}`;
}

/** The id of the upload that a uri names; null for a uri of any other kind. */
export function uploadIdOf(uri: string): string | null {
  const id = uri.startsWith(prefix) ? uri.slice(prefix.length) : "";
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id) ? id : null;
}
