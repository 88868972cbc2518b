import { Fault } from "../../domain/fault.ts";
import type { RunId, WorkerId } from "../../domain/ids.ts";
import type { AppendResult, Transition } from "../../domain/transition.ts";
import type { DatabaseClock } from "../clock.ts";
import type { Connection, Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { sqlstateOf } from "../sqlstate.ts";
import { appendArguments } from "./append-arguments.ts";
import type { AppendStore } from "./append.ts";

export interface AppendStoreOptions {
  readonly db: Database;
  readonly clock: DatabaseClock;
  /** Named in the hints of this process, so that it does not listen to itself. */
  readonly worker: WorkerId;
  readonly leaseMs: number;
}

/** The writer's one connection: opened when there is something to write, and again after it was lost. */
export function openAppendStore({ db, clock, worker, leaseMs }: AppendStoreOptions): AppendStore {
  let connection: Connection | null = null;

  const connected = async (): Promise<Connection> => {
    if (connection?.isLost() === true) {
      await connection.close();
      connection = null;
    }
    connection ??= await db.connect();
    return connection;
  };

  const appendOn = async (on: Connection, transitions: readonly Transition[]): Promise<readonly AppendResult[]> => {
    const rows = await on.query<AppendRow>(appendStatement(worker, transitions, leaseMs));
    const answer = rows[0];
    if (answer === undefined) throw new Fault("database_refused", "reckoning.append answered nothing");
    clock.observe(answer.at_us);
    return resultsOf(transitions.length, answer);
  };
  const writeOnce = async (transitions: readonly Transition[]): Promise<readonly AppendResult[]> => {
    const on = await connected();
    return transitions.some(({ erases }) => erases !== undefined) ? eraseOn(on, transitions, appendOn) : appendOn(on, transitions);
  };

  return {
    async write(transitions) {
      try {
        return await writeOnce(transitions);
      } catch (error) {
        // Another process carried out the same command in this very moment; asked again, the database says on which run.
        if (transitions.length === 1 && isDuplicate(error)) return writeOnce(transitions);
        throw error;
      }
    },
    async stands({ runId, entries }) {
      const last = entries.at(-1);
      if (last === undefined) return false;
      const rows = await (await connected()).query(
        sql`select from reckoning.entry where run_id = ${runId} and seq = ${last.seq} and leaf = ${Buffer.from(last.leaf)}`,
      );
      return rows.length === 1;
    },
    async close() {
      await connection?.close();
    },
  };
}

/** An erasure is two statements, the entry and the deletion, and so a transaction of its own: both or neither. */
async function eraseOn(
  on: Connection,
  transitions: readonly Transition[],
  append: (on: Connection, transitions: readonly Transition[]) => Promise<readonly AppendResult[]>,
): Promise<readonly AppendResult[]> {
  await on.query(sql`begin`);
  try {
    const results = await append(on, transitions);
    for (const [index, { runId, entries, erases }] of transitions.entries()) {
      if (erases === undefined || results[index]?.type !== "appended") continue;
      const by = entries.at(-1)?.seq ?? -1;
      await on.query(sql`select reckoning.erase_artifact(${runId}, ${erases.seq}, ${erases.n}, ${by})`);
    }
    await on.query(sql`commit`);
    return results;
  } catch (error) {
    // The error that counts is the first; a connection that is lost has rolled back by itself.
    await on.query(sql`rollback`).catch(() => undefined);
    throw error;
  }
}

const uniqueViolation = "23505";

function isDuplicate(error: unknown): boolean {
  return error instanceof Fault && sqlstateOf(error.cause) === uniqueViolation;
}

interface AppendRow {
  readonly appended: readonly number[];
  readonly repeated_of: readonly number[];
  readonly repeated_run: readonly RunId[] | null;
  readonly repeated_same: readonly boolean[] | null;
  readonly at_us: number;
}

/** The answer names transitions from 1; whatever it does not name lost its fence. */
function resultsOf(count: number, { appended, repeated_of, repeated_run, repeated_same }: AppendRow): readonly AppendResult[] {
  const results: AppendResult[] = Array.from({ length: count }, () => ({ type: "fenced" }));
  for (const of of appended) results[of - 1] = { type: "appended" };
  for (const [index, of] of repeated_of.entries()) {
    const runId = repeated_run?.[index];
    if (runId !== undefined) results[of - 1] = { type: "repeated", runId, samePayload: repeated_same?.[index] ?? false };
  }
  return results;
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
