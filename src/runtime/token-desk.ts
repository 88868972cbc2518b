import { v7 as uuidv7 } from "uuid";
import type { Operator } from "../domain/actor.ts";
import { present } from "../domain/assert.ts";
import { anonymous } from "../domain/caller.ts";
import type { Rejection } from "../domain/rejection.ts";
import type { Result } from "../domain/result.ts";
import type { Secret } from "../domain/secret.ts";
import type { TokenView } from "../domain/view.ts";
import { openClock } from "../storage/clock.ts";
import type { Database } from "../storage/pool.ts";
import { listTokens } from "../storage/read/tokens.ts";
import { readLogin } from "../storage/read/login.ts";
import { openRegister } from "./register.ts";
import { makeSaltSource } from "./salts.ts";
import { createToken, revokeToken } from "./tokens.ts";
import type { TokenRequest } from "./tokens.ts";

/** Gives out tokens without a service: whoever holds the database may, and the record says that it was they. */
export interface TokenDesk {
  readonly create: (request: TokenRequest) => Promise<{ readonly token: TokenView; readonly secret: Secret }>;
  readonly list: () => Promise<readonly TokenView[]>;
  readonly revoke: (revocation: { readonly token: string; readonly reason: string }) => Promise<Result<TokenView, Rejection>>;
}

const pageSize = 500;

export async function openTokenDesk(db: Database, log: string): Promise<TokenDesk> {
  const { now } = await openClock(db);
  const register = openRegister({ db, log, now, newSalt: makeSaltSource() });
  const deps = { db, register, now, newTokenId: uuidv7 };
  const by: Operator = { type: "operator", id: await readLogin(db), credential: "database" };
  return {
    async create(request) {
      const created = await createToken(deps, request, { by, caller: anonymous });
      return present(created.ok ? created.value : null, "a token from whoever holds the database");
    },
    async list() {
      const tokens: TokenView[] = [];
      for (let after: string | null = null; ; ) {
        const page: readonly TokenView[] = await listTokens(db, { after, limit: pageSize });
        tokens.push(...page);
        const last = page.at(-1);
        if (last === undefined || page.length < pageSize) return tokens;
        after = last.id;
      }
    },
    revoke: (revocation) => revokeToken(deps, revocation, by),
  };
}
