import { roles } from "../../domain/access.ts";
import type { TokenView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { instantOf, optionalInstant } from "./instants.ts";
import type { Page } from "./tasks.ts";

interface TokenRow {
  readonly token_id: string;
  readonly subject: string;
  readonly roles: readonly string[];
  readonly created_us: number;
  readonly expires_us: number;
  readonly revoked_us: number | null;
}

export interface StoredToken {
  readonly view: TokenView;
  readonly secretDigest: Uint8Array;
  readonly isCurrent: boolean;
  /** It ends when it is not used. */
  readonly hasIdleEnd: boolean;
}

/** One token with the digest of its secret; null when none was ever given out under this id. */
export async function readToken(db: Database, id: string): Promise<StoredToken | null> {
  const rows = await db.query<TokenRow & { secret_digest: Buffer; current: boolean; idles: boolean }>(sql`
    select t.token_id, t.subject, t.roles, t.secret_digest, t.idle_seconds is not null as idles,
           t.expires_at > clock_timestamp() and r.token_id is null
             and (t.idle_seconds is null or coalesce(u.used_at, t.created_at) > clock_timestamp() - t.idle_seconds * interval '1 second') as current,
           (extract(epoch from t.created_at) * 1000000)::bigint as created_us, (extract(epoch from t.expires_at) * 1000000)::bigint as expires_us,
           (extract(epoch from r.revoked_at) * 1000000)::bigint as revoked_us
      from reckoning.token t
      left join reckoning.token_revocation r on r.token_id = t.token_id
      left join reckoning.token_use u on u.token_id = t.token_id
     where t.token_id = ${id}`);
  const row = rows[0];
  return row === undefined
    ? null
    : { view: tokenView(row), secretDigest: row.secret_digest, isCurrent: row.current, hasIdleEnd: row.idles };
}

/** Tokens in the order they were given out, a page at a time; the id of the last is the next key. */
export async function listTokens(db: Database, page: Page<string>): Promise<readonly TokenView[]> {
  const rows = await db.query<TokenRow>(sql`
    select t.token_id, t.subject, t.roles,
           (extract(epoch from t.created_at) * 1000000)::bigint as created_us, (extract(epoch from t.expires_at) * 1000000)::bigint as expires_us,
           (extract(epoch from r.revoked_at) * 1000000)::bigint as revoked_us
      from reckoning.token t
      left join reckoning.token_revocation r on r.token_id = t.token_id
     where ${page.after}::uuid is null or t.token_id > ${page.after}
     order by t.token_id
     limit ${page.limit}`);
  return rows.map(tokenView);
}

function tokenView(row: TokenRow): TokenView {
  return {
    id: row.token_id,
    subject: row.subject,
    roles: roles.filter((role) => row.roles.includes(role)),
    created_at: instantOf(row.created_us),
    expires_at: instantOf(row.expires_us),
    revoked_at: optionalInstant(row.revoked_us),
  };
}
