import type { TaskId } from "../../domain/ids.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { CheckedTask } from "../../domain/task.ts";
import type { TaskView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { instantOf } from "./instants.ts";

export interface TaskRow {
  readonly id: TaskId;
  readonly version: number;
  readonly digest: string;
  readonly definition: Buffer;
  readonly created_us: number;
  readonly updated_us: number;
}

export function taskOf(definition: Buffer): CheckedTask {
  return JSON.parse(definition.toString("utf8")) as CheckedTask;
}

export function taskView(row: TaskRow): TaskView {
  return {
    ...taskOf(row.definition),
    id: row.id,
    version: row.version,
    digest: row.digest as Sha256,
    created_at: instantOf(row.created_us),
    updated_at: instantOf(row.updated_us),
  };
}

/** One version of a task, the current one when `version` is null; null when there is none. */
export async function readTask(db: Database, id: TaskId, version: number | null = null): Promise<TaskView | null> {
  const rows = await db.query<TaskRow>(sql`
    select t.id, v.version, encode(v.digest, 'hex') as digest, v.definition,
           (extract(epoch from t.created_at) * 1000000)::bigint as created_us, (extract(epoch from v.created_at) * 1000000)::bigint as updated_us
      from reckoning.task t
      join reckoning.task_version v on v.task_id = t.id and v.version = coalesce(${version}::integer, t.current_version)
     where t.id = ${id}`);
  return rows[0] === undefined ? null : taskView(rows[0]);
}

export interface Page<Key> {
  /** Continue after this key; null: from the beginning. */
  readonly after: Key | null;
  readonly limit: number;
}

/** Current versions by name, a page at a time; the name of the last is the next key. */
export async function listTasks(db: Database, page: Page<string>): Promise<readonly TaskView[]> {
  const rows = await db.query<TaskRow>(sql`
    select t.id, v.version, encode(v.digest, 'hex') as digest, v.definition,
           (extract(epoch from t.created_at) * 1000000)::bigint as created_us, (extract(epoch from v.created_at) * 1000000)::bigint as updated_us
      from reckoning.task t
      join reckoning.task_version v on v.task_id = t.id and v.version = t.current_version
     where ${page.after}::text is null or t.name > ${page.after}
     order by t.name
     limit ${page.limit}`);
  return rows.map(taskView);
}

/** All versions, newest first, a page at a time; null when there is no such task. */
export async function listTaskVersions(db: Database, id: TaskId, page: Page<number>): Promise<readonly TaskView[] | null> {
  const rows = await db.query<TaskRow>(sql`
    select t.id, v.version, encode(v.digest, 'hex') as digest, v.definition,
           (extract(epoch from t.created_at) * 1000000)::bigint as created_us, (extract(epoch from v.created_at) * 1000000)::bigint as updated_us
      from reckoning.task t
      join reckoning.task_version v on v.task_id = t.id
     where t.id = ${id} and (${page.after}::integer is null or v.version < ${page.after})
     order by v.version desc
     limit ${page.limit}`);
  if (rows.length === 0 && (await readTask(db, id)) === null) return null;
  return rows.map(taskView);
}

/** The current definitions of those of `ids` that exist. */
export async function readCurrentTasks(db: Database, ids: readonly TaskId[]): Promise<ReadonlyMap<TaskId, CheckedTask>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<{ id: TaskId; definition: Buffer }>(sql`
    select t.id, v.definition
      from reckoning.task t
      join reckoning.task_version v on v.task_id = t.id and v.version = t.current_version
     where t.id = any (${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.id, taskOf(row.definition)]));
}
