import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { dumpOf } from "./support/dump.ts";
import { createTestDatabase } from "./support/database.ts";

test("migrations/schema.sql is the sum of the migrations (npm run schema)", async () => {
  const database = await createTestDatabase();
  try {
    expect(await dumpOf(database.url)).toBe(readFileSync(new URL("../migrations/schema.sql", import.meta.url), "utf8"));
  } finally {
    await database.drop();
  }
});
