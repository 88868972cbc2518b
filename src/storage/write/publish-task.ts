import type { TaskId } from "../../domain/ids.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { CheckedTask } from "../../domain/task.ts";
import type { TaskView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { taskView } from "../read/tasks.ts";
import type { TaskRow } from "../read/tasks.ts";
import { sql } from "../sql.ts";

export interface NewTaskVersion {
  readonly id: TaskId;
  readonly task: CheckedTask;
  /** RFC 8785 bytes of `task`, and their SHA-256. */
  readonly bytes: Uint8Array;
  readonly digest: Sha256;
}

interface Published extends TaskRow {
  readonly outcome: "done" | "name_taken" | "not_found";
}

export async function insertTask(db: Database, version: NewTaskVersion): Promise<TaskView | "name_taken"> {
  const rows = await db.query<Published>(sql`
    select * from reckoning.publish_task(${version.id}, true, ${version.task.name}, ${Buffer.from(version.digest, "hex")}, ${Buffer.from(version.bytes)})`);
  const row = rows[0];
  return row?.outcome === "done" ? taskView(row) : "name_taken";
}

export async function insertTaskVersion(db: Database, version: NewTaskVersion): Promise<TaskView | "name_taken" | "not_found"> {
  const rows = await db.query<Published>(sql`
    select * from reckoning.publish_task(${version.id}, false, ${version.task.name}, ${Buffer.from(version.digest, "hex")}, ${Buffer.from(version.bytes)})`);
  const row = rows[0];
  if (row?.outcome === "done") return taskView(row);
  return row?.outcome === "not_found" ? "not_found" : "name_taken";
}
