// The floors: what PostgreSQL itself costs when a step does nothing but become durable. Run as a child of `run.ts`:
//   node bench/floor.ts insert DATABASE_URL    one INSERT and one commit a step, as simply as it can be done
//   node bench/floor.ts record DATABASE_URL    a hand-written minimal audit record, with group commit

import { createHash, randomUUID } from "node:crypto";
import pg from "pg";
import { answerCalls } from "./lib/answer-calls.ts";
import { inParallel, textOf } from "./lib/text.ts";
import type { Chains, Pauses } from "./lib/workload.ts";

const [kind, url] = process.argv.slice(2);
const connectionsMax = 50;

interface Step {
  readonly run: string;
  readonly step: number;
  readonly input: Buffer;
  readonly output: Buffer;
}

/** Returns when the step is durable. */
type Write = (step: Step) => Promise<void>;

async function openInserts(pool: pg.Pool): Promise<Write> {
  await pool.query("create table if not exists floor_step (run uuid, step integer, input bytea, output bytea, primary key (run, step))");
  const text = "insert into floor_step (run, step, input, output) values ($1, $2, $3, $4)";
  return async ({ run, step, input, output }) => {
    await pool.query({ name: "floor_insert", text, values: [run, step, input, output] });
  };
}

interface Head {
  seq: number;
  leaf: string;
}

/** Two chained entries, two blobs and one row a step; steps that are ready while a commit is under way share the next. */
async function openRecord(pool: pg.Pool): Promise<Write> {
  await pool.query(`
    create table if not exists floor_entry (run uuid, seq integer, leaf bytea, body bytea, primary key (run, seq));
    create table if not exists floor_blob (run uuid, seq integer, content bytea, primary key (run, seq));
    create table if not exists floor_row (run uuid, step integer, status text, primary key (run, step))`);
  const text = `
    with x as materialized (select $1::bytea as blob),
         e as (insert into floor_entry select run, seq, substring(blob from at for 32), substring(blob from at + 32 for bytes)
                 from x, unnest($2::uuid[], $3::integer[], $4::integer[], $5::integer[]) as t (run, seq, at, bytes)),
         b as (insert into floor_blob select run, seq, substring(blob from at for bytes)
                 from x, unnest($2::uuid[], $3::integer[], $6::integer[], $7::integer[]) as t (run, seq, at, bytes))
    insert into floor_row select run, step, 'SUCCESS' from unnest($8::uuid[], $9::integer[]) as t (run, step)`;
  const heads = new Map<string, Head>();
  const waiting: { readonly step: Step; readonly done: () => void; readonly fail: (error: unknown) => void }[] = [];
  let writing = false;
  const write = async (): Promise<void> => {
    writing = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 256);
      const values = recordOf(
        heads,
        batch.map(({ step }) => step),
      );
      try {
        await pool.query({ name: "floor_record", text, values });
        for (const { done } of batch) done();
      } catch (error) {
        for (const { fail } of batch) fail(error);
      }
    }
    writing = false;
  };
  return (step) =>
    new Promise((done, fail) => {
      waiting.push({ step, done, fail });
      if (!writing) void Promise.resolve().then(write);
    });
}

function recordOf(heads: Map<string, Head>, steps: readonly Step[]): unknown[] {
  const parts: Buffer[] = [];
  let length = 0;
  const put = (bytes: Buffer): number => {
    const at = length + 1;
    parts.push(bytes);
    length += bytes.length;
    return at;
  };
  const entries: { run: string; seq: number; at: number; bytes: number; blobAt: number; blobBytes: number }[] = [];
  for (const { run, step, input, output } of steps) {
    const head = heads.get(run) ?? { seq: 0, leaf: "" };
    for (const [name, blob] of [
      ["started", input],
      ["succeeded", output],
    ] as const) {
      const c = createHash("sha256").update(blob).digest("hex");
      const body = Buffer.from(JSON.stringify({ at: new Date().toISOString(), c, kind: name, prev: head.leaf, run, seq: head.seq, step }));
      const leaf = createHash("sha256").update(body).digest();
      const at = put(leaf);
      put(body);
      entries.push({ run, seq: head.seq, at, bytes: body.length, blobAt: put(blob), blobBytes: blob.length });
      head.leaf = leaf.toString("hex");
      head.seq += 1;
    }
    heads.set(run, head);
  }
  return [
    Buffer.concat(parts, length),
    entries.map(({ run }) => run),
    entries.map(({ seq }) => seq),
    entries.map(({ at }) => at),
    entries.map(({ bytes }) => bytes),
    entries.map(({ blobAt }) => blobAt),
    entries.map(({ blobBytes }) => blobBytes),
    steps.map(({ run }) => run),
    steps.map(({ step }) => step),
  ];
}

const paused: string[] = [];
let pool: pg.Pool | null = null;
let write: Write = () => Promise.reject(new Error("not started"));
const none = Buffer.alloc(0);
const small = Buffer.from(textOf(1, 200));

answerCalls({
  async start() {
    pool = new pg.Pool({ connectionString: url, max: connectionsMax });
    write = await (kind === "insert" ? openInserts(pool) : openRecord(pool));
  },
  async chains({ runs, inFlight, steps, inputBytes, outputBytes }: Chains) {
    await inParallel(runs, inFlight, async (index) => {
      const run = randomUUID();
      const input = inputBytes === 0 ? none : Buffer.from(textOf(index, inputBytes));
      for (let step = 0; step < steps; step += 1)
        await write({ run, step, input, output: Buffer.from(textOf(index * steps + step, outputBytes)) });
    });
  },
  async pause({ runs, inFlight }: Pauses) {
    paused.length = 0;
    await inParallel(runs, inFlight, async () => {
      const run = randomUUID();
      for (const step of [0, 1]) await write({ run, step, input: none, output: small });
      paused.push(run);
    });
  },
  async resume({ runs, inFlight }: Pauses) {
    await inParallel(runs, inFlight, async (index) => {
      for (const step of [2, 3]) await write({ run: paused[index] ?? "", step, input: none, output: small });
    });
  },
  async stop() {
    await pool?.end();
  },
});
