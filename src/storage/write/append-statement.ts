import { present } from "../../domain/assert.ts";
import { Fault } from "../../domain/fault.ts";
import type { RunId, WorkerId } from "../../domain/ids.ts";
import type { AppendResult, Transition } from "../../domain/transition.ts";
import type { DatabaseClock } from "../clock.ts";
import type { Connection, Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { sqlstateOf } from "../sqlstate.ts";
import { appendRows, appendTypes, hintOf } from "./append-arguments.ts";
import type { AppendTypeIds } from "./append-arguments.ts";
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
  let writing: Writing | null = null;

  const connected = async (): Promise<Writing> => {
    if (writing?.connection.isLost() === true) {
      await writing.connection.close();
      writing = null;
    }
    writing ??= await openWriting(db);
    return writing;
  };

  const appendOn = async ({ connection, typeIds }: Writing, transitions: readonly Transition[]): Promise<readonly AppendResult[]> => {
    const rows = await connection.query<AppendRow>(appendStatement({ worker, leaseMs, typeIds }, transitions));
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
      const { connection } = await connected();
      const rows = await connection.query(
        sql`select from reckoning.entry where run_id = ${runId} and seq = ${last.seq} and leaf = ${Buffer.from(last.leaf)}`,
      );
      return rows.length === 1;
    },
    async close() {
      await writing?.connection.close();
    },
  };
}

/** An erasure is two statements, the entry and the deletion, and so a transaction of its own: both or neither. */
async function eraseOn(
  writing: Writing,
  transitions: readonly Transition[],
  append: (writing: Writing, transitions: readonly Transition[]) => Promise<readonly AppendResult[]>,
): Promise<readonly AppendResult[]> {
  const on = writing.connection;
  await on.query(sql`begin`);
  try {
    const results = await append(writing, transitions);
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

interface Writing {
  readonly connection: Connection;
  readonly typeIds: AppendTypeIds;
}

async function openWriting(db: Database): Promise<Writing> {
  const connection = await db.connect();
  try {
    return { connection, typeIds: await readTypeIds(connection) };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

const uniqueViolation = "23505";

function isDuplicate(error: unknown): boolean {
  return error instanceof Fault && sqlstateOf(error.cause) === uniqueViolation;
}

async function readTypeIds(connection: Connection): Promise<AppendTypeIds> {
  const rows = await connection.query<{ name: string; id: number }>(sql`
    select typname as name, oid::bigint as id
      from pg_catalog.pg_type
     where typnamespace = 'reckoning'::regnamespace and typname = any (${Object.keys(appendTypes)})`);
  const ids = new Map(rows.map(({ name, id }) => [name, id]));
  const idOf = (name: keyof typeof appendTypes): number => present(ids.get(name), `the type reckoning.${name}`);
  return {
    created_head: idOf("created_head"),
    moved_head: idOf("moved_head"),
    created_run: idOf("created_run"),
    changed_run: idOf("changed_run"),
    new_command: idOf("new_command"),
    new_entry: idOf("new_entry"),
    new_artifact: idOf("new_artifact"),
    step_row: idOf("step_row"),
  };
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

function appendStatement(
  { worker, leaseMs, typeIds }: { readonly worker: WorkerId; readonly leaseMs: number; readonly typeIds: AppendTypeIds },
  transitions: readonly Transition[],
) {
  const [createdHeads, movedHeads, createdRuns, changedRuns, commands, entries, artifacts, newSteps, changedSteps] = appendRows(
    transitions,
    typeIds,
  );
  return sql`
    select appended, repeated_of, repeated_run::text[], repeated_same, (extract(epoch from at) * 1000000)::bigint as at_us
      from reckoning.append(
        ${worker}, ${`${leaseMs} milliseconds`}, ${hintOf(worker, transitions)},
        ${createdHeads}, ${movedHeads}, ${createdRuns}, ${changedRuns}, ${commands}, ${entries}, ${artifacts}, ${newSteps}, ${changedSteps}
      )`;
}
