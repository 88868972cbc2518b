import type { Role } from "../../src/domain/access.ts";
import { openTokenDesk } from "../../src/runtime/token-desk.ts";
import { openDatabase } from "../../src/storage/pool.ts";
import { apiOf } from "./api.ts";
import type { Api } from "./api.ts";

export interface GivenToken {
  readonly id: string;
  readonly text: string;
  readonly headers: { readonly authorization: string };
}

export const testLog = "reckoning-machine/local";

/** A token, given out at the database itself as an operator makes the first one. */
export async function createToken(databaseUrl: string, subject: string, roles: readonly Role[]): Promise<GivenToken> {
  const db = openDatabase({ url: databaseUrl, applicationName: "test", poolMax: 1 });
  try {
    const { token, secret } = await (await openTokenDesk(db, testLog)).create({ subject, roles, days: 1 });
    return { id: token.id, text: secret.reveal(), headers: { authorization: `Bearer ${secret.reveal()}` } };
  } finally {
    await db.close();
  }
}

/** The interface as the holder of a token meets it. */
export function apiAs(url: string, token: GivenToken): Api {
  return apiOf(url, token.headers);
}
