import type { RecordsHandler, RecordSource } from "./cli/handlers.ts";
import { openDatabase } from "./storage/pool.ts";
import type { Database } from "./storage/pool.ts";
import { readDisorder, readLogForAudit } from "./storage/read/log-audit.ts";
import { readRecords } from "./storage/read/records.ts";

/** So many entries out of order are named; more say nothing more. */
const disorderMax = 100;

/** The records of a database, for commands that judge them. Each reading has a connection of its own. */
export function openRecords(
  source: { readonly url: string; readonly pooler: boolean; readonly log: string },
  { only, after }: Parameters<RecordsHandler>[0],
): RecordSource {
  const { url, pooler, log } = source;
  const open = (): Database => openDatabase({ url, applicationName: "reckon verify", poolMax: 1, pooler });
  return {
    log,
    records: whileOpen(open, (db) => readRecords(db, only, after)),
    readLog: () => whileOpen(open, readLogForAudit),
    async readDisorder() {
      const db = open();
      try {
        return await readDisorder(db, disorderMax);
      } finally {
        await db.close();
      }
    },
  };
}

async function* whileOpen<T>(open: () => Database, read: (db: Database) => AsyncIterable<T>): AsyncGenerator<T> {
  const db = open();
  try {
    yield* read(db);
  } finally {
    await db.close();
  }
}
