import type { Sha256 } from "../../domain/sha256.ts";
import type { OperatorKeyView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { instantOf, optionalInstant } from "./instants.ts";
import type { Page } from "./tasks.ts";

interface KeyRow {
  readonly key_id: Sha256;
  readonly subject: string;
  readonly printed_name: string;
  readonly public_key: string;
  readonly replaces: Sha256 | null;
  readonly enrolled_us: number;
  readonly revoked_us: number | null;
}

/** A key that was ever enrolled, as it stands now; null when there is none of this id. */
export async function readOperatorKey(db: Database, id: Sha256): Promise<OperatorKeyView | null> {
  const rows = await db.query<KeyRow>(sql`
    select encode(k.key_id, 'hex') as key_id, k.subject, k.printed_name, k.public_key, encode(k.replaces, 'hex') as replaces,
           (extract(epoch from k.enrolled_at) * 1000000)::bigint as enrolled_us, (extract(epoch from r.revoked_at) * 1000000)::bigint as revoked_us
      from reckoning.operator_key k
      left join reckoning.key_revocation r on r.key_id = k.key_id
     where k.key_id = decode(${id}, 'hex')`);
  return rows[0] === undefined ? null : keyView(rows[0]);
}

/** Keys by id, a page at a time; the id of the last is the next key. */
export async function listOperatorKeys(db: Database, page: Page<string>): Promise<readonly OperatorKeyView[]> {
  const rows = await db.query<KeyRow>(sql`
    select encode(k.key_id, 'hex') as key_id, k.subject, k.printed_name, k.public_key, encode(k.replaces, 'hex') as replaces,
           (extract(epoch from k.enrolled_at) * 1000000)::bigint as enrolled_us, (extract(epoch from r.revoked_at) * 1000000)::bigint as revoked_us
      from reckoning.operator_key k
      left join reckoning.key_revocation r on r.key_id = k.key_id
     where ${page.after}::text is null or k.key_id > decode(${page.after}, 'hex')
     order by k.key_id
     limit ${page.limit}`);
  return rows.map(keyView);
}

function keyView({ key_id: id, enrolled_us, revoked_us, ...row }: KeyRow): OperatorKeyView {
  return { id, ...row, enrolled_at: instantOf(enrolled_us), revoked_at: optionalInstant(revoked_us) };
}

/** What was handed out under a nonce; null when nothing was. */
export async function readIssued(db: Database, nonce: string): Promise<Sha256 | null> {
  const rows = await db.query<{ digest: Sha256 }>(sql`
    select encode(digest, 'hex') as digest from reckoning.challenge where nonce = decode(${nonce}, 'hex')`);
  return rows[0]?.digest ?? null;
}
