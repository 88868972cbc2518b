import { schemaDump } from "../../scripts/schema-dump.ts";
import { connectAs } from "./login.ts";

/** The schema of a database as text. */
export async function dumpOf(url: string): Promise<string> {
  const client = await connectAs(url);
  try {
    await client.query("set search_path = pg_catalog");
    return await schemaDump(async <Row extends object>(text: string) => (await client.query<Row>(text)).rows);
  } finally {
    await client.end();
  }
}
