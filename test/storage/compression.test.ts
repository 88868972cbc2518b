import { beforeAll, expect, test } from "vitest";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";

let database: TestDatabase;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
});

test("columns of bytes are compressed with lz4 wherever the server was built with it, in every partition, also in later ones", async () => {
  await database.rows("select reckoning.make_partitions('2031-05-15', 1)");
  const [server] = await database.rows<{ lz4: boolean }>(
    "select 'lz4' = any (enumvals) as lz4 from pg_settings where name = 'default_toast_compression'",
  );
  const columns = await database.rows<{ name: string; compression: string }>(
    `select relname || '.' || attname as name, attcompression::text as compression
       from pg_attribute join pg_class on pg_class.oid = attrelid
      where relnamespace = 'reckoning'::regnamespace and relkind in ('r', 'p')
        and (attname in ('definition', 'content') or attname = 'body') and not attisdropped
      order by 1`,
  );
  expect(columns.map((column) => column.name)).toEqual(
    expect.arrayContaining(["entry_2031_05.body", "artifact_2031_05.content", "plan.body", "entry_other.body"]),
  );
  const expected = server?.lz4 === true ? "l" : "";
  expect(columns.filter((column) => column.compression !== expected)).toEqual([]);
});

test("what was written is read back the same", async () => {
  const content = Buffer.from("the same words again and again, ".repeat(2000));
  await database.rows(
    `insert into reckoning.artifact (run_id, seq, n, role, media_type, salt, content)
     values (reckoning.first_run_id(now()), 0, 0, 'reply', 'text/plain', sha256('salt'), $1)`,
    [content],
  );
  const [row] = await database.rows<{ content: Buffer; stored: number }>(
    "select content, pg_column_size(content) as stored from reckoning.artifact where role = 'reply'",
  );
  expect(row?.content.equals(content)).toBe(true);
  expect(row?.stored).toBeLessThan(content.length / 10);
});
