import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { instantFromMicroseconds } from "../../src/domain/instant.ts";
import { makeRows } from "../../src/storage/write/binary-rows.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let client: pg.Client;
let typeId = 0;

beforeAll(async () => {
  database = await createTestDatabase({ migrated: false });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("create type sample as (a smallint, b integer, c bigint, d text, e bytea, f uuid, g timestamptz)");
  const found = await client.query<{ id: string }>("select 'sample'::regtype::oid as id");
  typeId = Number(found.rows[0]?.id);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

interface Sample {
  readonly a: number;
  readonly b: number | null;
  readonly c: number;
  readonly d: string | null;
  readonly e: Uint8Array;
  readonly f: string | null;
  readonly g: number | null;
}

async function throughPostgres(samples: readonly Sample[]): Promise<readonly Sample[]> {
  const rows = makeRows(7);
  for (const { a, b, c, d, e, f, g } of samples)
    rows
      .int2(a)
      .int4(b)
      .int8(c)
      .text(d)
      .bytes(e)
      .uuid(f)
      .instant(g === null ? null : instantFromMicroseconds(g));
  const answer = await client.query<Record<keyof Sample, never>>(
    `select a, b, c::float8 as c, d, e, f, (extract(epoch from g) * 1000000)::float8 as g from unnest($1::sample[]) with ordinality as s (a, b, c, d, e, f, g, i) order by i`,
    [rows.finish(typeId)],
  );
  return answer.rows.map(({ e, ...rest }) => ({ ...rest, e: new Uint8Array(e) }));
}

const sample: fc.Arbitrary<Sample> = fc.record({
  a: fc.integer({ min: -32_768, max: 32_767 }),
  b: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
  c: fc.maxSafeInteger(),
  d: fc.option(fc.string({ unit: "binary", maxLength: 50 }).map((text) => text.replaceAll("\0", ""))),
  e: fc.uint8Array({ maxLength: 3_000 }).map((bytes) => new Uint8Array(bytes)),
  f: fc.option(fc.uuid()),
  // From 1970 to 2199: from before 2000, where PostgreSQL begins to count.
  g: fc.option(fc.integer({ min: 0, max: 7_258_118_399_999_999 })),
});

test("rows in binary form arrive as they were, whatever they hold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sample, { maxLength: 40 }), async (samples) => {
      expect(await throughPostgres(samples)).toEqual(samples);
    }),
    { numRuns: 60 },
  );
});

test("rows of the same id in a row and of ids in turn arrive under their own", async () => {
  const one = "01a210d3-8580-7585-b721-143f1a8fea49";
  const other = "ffffffff-0000-4000-8000-abcdef012345";
  const samples = [one, one, other, null, other, one].map((f) => ({ a: 1, b: 2, c: 3, d: "", e: new Uint8Array(0), f, g: 0 }));
  expect(await throughPostgres(samples)).toEqual(samples);
});
