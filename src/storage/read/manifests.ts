import type { ManifestId, ManifestStepId, TaskId } from "../../domain/ids.ts";
import type { CheckedManifest, ManifestVersion } from "../../domain/manifest.ts";
import type { Sha256 } from "../../domain/sha256.ts";
import type { TaskVersion } from "../../domain/task.ts";
import type { ManifestView } from "../../domain/view.ts";
import type { Database } from "../pool.ts";
import { sql } from "../sql.ts";
import { instantOf } from "./instants.ts";
import { taskOf } from "./tasks.ts";
import type { Page } from "./tasks.ts";

export interface ManifestRow {
  readonly id: ManifestId;
  readonly version: number;
  readonly digest: string;
  readonly definition: Buffer;
  /** In the order of the steps. */
  readonly step_ids: readonly ManifestStepId[];
  readonly created_us: number;
  readonly updated_us: number;
}

export function manifestView(row: ManifestRow): ManifestView {
  const manifest = manifestOf(row.definition);
  return {
    ...manifest,
    steps: manifest.steps.map((step, index) => ({ ...step, id: row.step_ids[index] as ManifestStepId })),
    id: row.id,
    version: row.version,
    digest: row.digest as Sha256,
    created_at: instantOf(row.created_us),
    updated_at: instantOf(row.updated_us),
  };
}

function manifestOf(definition: Buffer): CheckedManifest {
  return JSON.parse(definition.toString("utf8")) as CheckedManifest;
}

/** One version of a manifest, the current one when `version` is null; null when there is none. */
export async function readManifest(db: Database, id: ManifestId, version: number | null = null): Promise<ManifestView | null> {
  const rows = await db.query<ManifestRow>(sql`
    select m.id, v.version, encode(v.digest, 'hex') as digest, v.definition,
           array(select s.id::text from reckoning.manifest_step s where s.manifest_id = m.id and s.version = v.version order by s.position) as step_ids,
           (extract(epoch from m.created_at) * 1000000)::bigint as created_us, (extract(epoch from v.created_at) * 1000000)::bigint as updated_us
      from reckoning.manifest m
      join reckoning.manifest_version v on v.manifest_id = m.id and v.version = coalesce(${version}::integer, m.current_version)
     where m.id = ${id}`);
  return rows[0] === undefined ? null : manifestView(rows[0]);
}

/** Current versions by name, a page at a time; the name of the last is the next key. */
export async function listManifests(db: Database, page: Page<string>): Promise<readonly ManifestView[]> {
  const rows = await db.query<ManifestRow>(sql`
    select m.id, v.version, encode(v.digest, 'hex') as digest, v.definition,
           array(select s.id::text from reckoning.manifest_step s where s.manifest_id = m.id and s.version = v.version order by s.position) as step_ids,
           (extract(epoch from m.created_at) * 1000000)::bigint as created_us, (extract(epoch from v.created_at) * 1000000)::bigint as updated_us
      from reckoning.manifest m
      join reckoning.manifest_version v on v.manifest_id = m.id and v.version = m.current_version
     where ${page.after}::text is null or m.name > ${page.after}
     order by m.name
     limit ${page.limit}`);
  return rows.map(manifestView);
}

/** All versions, newest first, a page at a time; null when there is no such manifest. */
export async function listManifestVersions(db: Database, id: ManifestId, page: Page<number>): Promise<readonly ManifestView[] | null> {
  const rows = await db.query<ManifestRow>(sql`
    select m.id, v.version, encode(v.digest, 'hex') as digest, v.definition,
           array(select s.id::text from reckoning.manifest_step s where s.manifest_id = m.id and s.version = v.version order by s.position) as step_ids,
           (extract(epoch from m.created_at) * 1000000)::bigint as created_us, (extract(epoch from v.created_at) * 1000000)::bigint as updated_us
      from reckoning.manifest m
      join reckoning.manifest_version v on v.manifest_id = m.id
     where m.id = ${id} and (${page.after}::integer is null or v.version < ${page.after})
     order by v.version desc
     limit ${page.limit}`);
  if (rows.length === 0 && (await readManifest(db, id)) === null) return null;
  return rows.map(manifestView);
}

/** Names the current versions of each manifest and of its tasks in one text; it changes whenever one of them does. */
export async function readVersionStamps(db: Database, ids: readonly ManifestId[]): Promise<ReadonlyMap<ManifestId, string>> {
  const rows = await db.query<{ id: ManifestId; stamp: string }>(sql`
    select m.id, reckoning.version_stamp(m.id) as stamp
      from reckoning.manifest m
     where m.id = any (${ids}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row.stamp]));
}

export interface PlanSource {
  readonly stamp: string;
  readonly manifest: ManifestVersion;
  readonly tasks: ReadonlyMap<TaskId, TaskVersion>;
}

/** The current version of a manifest with the current versions of its tasks, all of one moment. */
export async function readPlanSource(db: Database, id: ManifestId): Promise<PlanSource | null> {
  const rows = await db.query<{ stamp: string; id: string; version: number; digest: Sha256; definition: Buffer; is_task: boolean }>(sql`
    with m as (
      select m.id, m.current_version, reckoning.version_stamp(m.id) as stamp from reckoning.manifest m where m.id = ${id}
    )
    select m.stamp, m.id::text as id, v.version, encode(v.digest, 'hex') as digest, v.definition, false as is_task
      from m join reckoning.manifest_version v on v.manifest_id = m.id and v.version = m.current_version
    union all
    select m.stamp, t.id::text, v.version, encode(v.digest, 'hex'), v.definition, true
      from m
      join (select distinct manifest_id, version, task_id from reckoning.manifest_step) s on s.manifest_id = m.id and s.version = m.current_version
      join reckoning.task t on t.id = s.task_id
      join reckoning.task_version v on v.task_id = t.id and v.version = t.current_version`);
  const manifest = rows.find((row) => !row.is_task);
  if (manifest === undefined) return null;
  const tasks = rows.filter((row) => row.is_task);
  return {
    stamp: manifest.stamp,
    manifest: {
      id: manifest.id as ManifestId,
      version: manifest.version,
      digest: manifest.digest,
      manifest: manifestOf(manifest.definition),
    },
    tasks: new Map(
      tasks.map((row) => [
        row.id as TaskId,
        { id: row.id as TaskId, version: row.version, digest: row.digest, task: taskOf(row.definition) },
      ]),
    ),
  };
}
