import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../../domain/fault.ts";
import type { RunId, WorkerId } from "../../domain/ids.ts";
import type { AppendResult, Transition } from "../../domain/transition.ts";
import type { DatabaseClock } from "../clock.ts";
import type { Connection, Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { appendArguments } from "./append-arguments.ts";

export interface AppenderOptions {
  readonly db: Database;
  readonly clock: DatabaseClock;
  /** Named in the hints of this process, so that it does not listen to itself. */
  readonly worker: WorkerId;
  readonly leaseMs: number;
  readonly onBatch?: (batch: { readonly transitions: number; readonly ms: number }) => void;
}

/** The one writer of a process. What is handed to it while a commit is under way goes out together in the next. */
export interface Appender {
  readonly append: (transition: Transition) => Promise<AppendResult>;
  readonly close: () => Promise<void>;
}

const transitionsMax = 256;
const batchBytesMax = 8_388_608;
const waitingMax = 20_000;
/** How long an append goes on trying while the database is away before it is given up as a Fault. */
const retryMsMax = 20_000;
const retryPauseMs = 100;

interface Waiting {
  readonly transition: Transition;
  readonly bytes: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
  /** True once it was sent and no answer came: it may or may not have happened. */
  uncertain: boolean;
}

export function makeAppender(options: AppenderOptions): Appender {
  const { db, clock, worker, leaseMs, onBatch } = options;
  const waiting: Waiting[] = [];
  let connection: Connection | null = null;
  let running: Promise<void> | null = null;
  let closed = false;

  const connected = async (): Promise<Connection> => {
    if (connection?.isLost() === true) {
      await connection.close();
      connection = null;
    }
    connection ??= await db.connect();
    return connection;
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) await writeBatch(takeBatch(waiting));
    running = null;
  };

  const writeBatch = async (batch: readonly Waiting[]): Promise<void> => {
    const deadline = performance.now() + retryMsMax;
    for (;;) {
      try {
        const started = performance.now();
        const results = await send(await connected(), batch);
        onBatch?.({ transitions: batch.length, ms: performance.now() - started });
        for (const [index, one] of batch.entries()) one.resolve(results[index] ?? { type: "fenced" });
        return;
      } catch (error) {
        const code = error instanceof Fault ? error.code : null;
        const away = code === "database_unavailable" || code === "database_conflict";
        if (away) for (const one of batch) one.uncertain = true;
        if (away && !closed && performance.now() < deadline) {
          await pause(retryPauseMs);
          continue;
        }
        if (away || batch.length === 1) {
          for (const one of batch) one.reject(error);
          return;
        }
        // One of them makes the statement fail: each is tried alone, so that it spoils no other.
        for (const one of batch) await writeBatch([one]);
        return;
      }
    }
  };

  const send = async (to: Connection, batch: readonly Waiting[]): Promise<readonly AppendResult[]> => {
    const rows = await to.query<AppendRow>(
      appendStatement(
        worker,
        batch.map((one) => one.transition),
        leaseMs,
      ),
    );
    const answer = rows[0];
    if (answer === undefined) throw new Fault("database_refused", "reckoning.append answered nothing");
    clock.observe(answer.at_us);
    const results: AppendResult[] = batch.map(() => ({ type: "fenced" }));
    for (const of of answer.appended) results[of - 1] = { type: "appended" };
    for (const [index, of] of answer.repeated_of.entries()) {
      results[of - 1] = {
        type: "repeated",
        runId: answer.repeated_run?.[index] as RunId,
        samePayload: answer.repeated_same?.[index] ?? false,
      };
    }
    for (const [index, one] of batch.entries()) {
      // The ghost rule: the first try may have gone through although its answer was lost.
      if (one.uncertain && results[index]?.type !== "appended" && (await happened(to, one.transition)))
        results[index] = { type: "appended" };
    }
    return results;
  };

  return {
    append(transition) {
      if (closed) return Promise.reject(new Fault("shutting_down", "this process is stopping"));
      if (waiting.length >= waitingMax) return Promise.reject(new Fault("overloaded", `${waitingMax} transitions wait to be written`));
      return new Promise((resolve, reject) => {
        waiting.push({ transition, bytes: sizeOf(transition), resolve, reject, uncertain: false });
        running ??= Promise.resolve().then(drain);
      });
    },
    async close() {
      closed = true;
      await running;
      await connection?.close();
    },
  };
}

function takeBatch(waiting: Waiting[]): readonly Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const one of waiting) {
    if (count > 0 && (count === transitionsMax || bytes + one.bytes > batchBytesMax)) break;
    bytes += one.bytes;
    count += 1;
  }
  return waiting.splice(0, count);
}

function sizeOf({ entries, artifacts }: Transition): number {
  return entries.reduce((sum, entry) => sum + entry.body.length, 0) + artifacts.reduce((sum, artifact) => sum + artifact.content.length, 0);
}

interface AppendRow {
  readonly appended: readonly number[];
  readonly repeated_of: readonly number[];
  readonly repeated_run: readonly string[] | null;
  readonly repeated_same: readonly boolean[] | null;
  readonly at_us: number;
}

function appendStatement(worker: WorkerId, transitions: readonly Transition[], leaseMs: number) {
  const v = appendArguments(transitions, leaseMs);
  return sql`
    select appended, repeated_of, repeated_run::text[], repeated_same, (extract(epoch from at) * 1000000)::bigint as at_us
      from reckoning.append(
        ${worker}, ${v[0]}, ${v[1]}, ${v[2]}, ${v[3]}, ${v[4]}, ${v[5]}, ${v[6]}, ${v[7]}, ${v[8]}, ${v[9]}, ${v[10]}, ${v[11]},
        ${v[12]}, ${v[13]}, ${v[14]}, ${v[15]}, ${v[16]}, ${v[17]}, ${v[18]}, ${v[19]}, ${v[20]}, ${v[21]}, ${v[22]},
        ${v[23]}, ${v[24]}, ${v[25]}, ${v[26]}, ${v[27]}, ${v[28]}, ${v[29]}, ${v[30]}, ${v[31]}, ${v[32]}, ${v[33]},
        ${v[34]}, ${v[35]}, ${v[36]}, ${v[37]}, ${v[38]}, ${v[39]}, ${v[40]}, ${v[41]}, ${v[42]}, ${v[43]}, ${v[44]}, ${v[45]}, ${v[46]}
      )`;
}

/** True when the transition's first entry stands in its place: leaves are unlike any other, so it is ours. */
async function happened(connection: Connection, { runId, entries }: Transition): Promise<boolean> {
  const first = entries[0];
  if (first === undefined) return false;
  const rows = await connection.query(
    sql`select from reckoning.entry where run_id = ${runId} and seq = ${first.seq} and leaf = ${Buffer.from(first.leaf)}`,
  );
  return rows.length === 1;
}
