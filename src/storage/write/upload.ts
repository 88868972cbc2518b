import type { Operator } from "../../domain/actor.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { Connection, Database } from "../pool.ts";
import { sql } from "../sql.ts";

export interface WholeUpload {
  readonly id: string;
  readonly sha256: Sha256;
  readonly bytes: number;
  readonly by: Operator;
}

/** One upload under way, on a connection and in a transaction of its own: it becomes visible whole or not at all. */
export interface UploadWriter {
  readonly put: (n: number, content: Uint8Array) => Promise<void>;
  readonly finish: (upload: WholeUpload) => Promise<void>;
  /** Leaves nothing of what was not finished. */
  readonly close: () => Promise<void>;
}

export async function openUpload(db: Database, id: string): Promise<UploadWriter> {
  const connection: Connection = await db.connect();
  await connection.query(sql`begin`);
  return {
    async put(n, content) {
      await connection.query(sql`select reckoning.put_chunk(${id}, ${n}, ${Buffer.from(content)})`);
    },
    async finish({ sha256, bytes, by }) {
      await connection.query(sql`
        select reckoning.finish_upload(${id}, decode(${sha256}, 'hex'), ${bytes}, ${by.id}, ${by.credential})`);
      await connection.query(sql`commit`);
    },
    // A connection that ends takes its open transaction with it.
    close: () => connection.close(),
  };
}
