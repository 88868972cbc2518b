import type { Command } from "commander";
import type { Json } from "../../domain/json.ts";
import { runStatuses } from "../../domain/run.ts";
import type { Client } from "../client.ts";
import { usageError } from "../cli-error.ts";
import { findManifest } from "../find-manifest.ts";
import { runStyles } from "../run-words.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { table } from "../table.ts";
import { elapsed, shownTime } from "../times.ts";
import { readRun } from "../wire.ts";

interface RunsOptions extends CommonOptions {
  readonly status?: string;
  readonly manifest?: string;
  readonly limit: string;
  readonly cursor?: string;
  readonly all?: boolean;
}

/** `reckon runs`: the newest runs. */
export function addRuns(program: Command, cli: Cli): void {
  const command = withServer(program.command("runs"))
    .summary("list runs, newest first")
    .description("List runs, newest first. When there are more, the cursor of the next page is said on standard error.")
    .option("--status <status>", `only runs with this status: ${runStatuses.join(", ")}`)
    .option("--manifest <name|id>", "only runs of this manifest")
    .option("--limit <n>", "runs to list, 1 to 200", "20")
    .option("--cursor <cursor>", "go on from here")
    .option("--all", "all pages")
    .action(async (options: RunsOptions) => listRuns(openSession(cli, options), options));
  withExamples(
    command,
    ["reckon runs", "reckon runs --status waiting", "reckon runs --manifest quarterly-report --all --json | jq -r .id"],
    ["success", "error", "usage", "unreachable"],
  );
}

async function listRuns(session: Session, options: RunsOptions): Promise<void> {
  let path: string | null = await firstPage(session.client, options);
  const rows: Json[] = [];
  do {
    const page: { readonly items: readonly Json[]; readonly next: string | null } = await session.client.page(path);
    if (session.json) for (const run of page.items) session.emit(run);
    else rows.push(...page.items);
    path = page.next;
  } while (options.all === true && path !== null);
  if (!session.json) session.print(showRuns(session, rows));
  const cursor = path === null ? null : new URLSearchParams(path.split("?")[1]).get("cursor");
  if (cursor !== null) session.say(`more runs: add --cursor ${cursor} (or --all)`);
}

async function firstPage(client: Client, options: RunsOptions): Promise<string> {
  if (options.status !== undefined && !runStatuses.some((status) => status === options.status))
    throw usageError(`--status must be one of ${runStatuses.join(", ")}, found ${options.status}`);
  if (!/^([1-9]|[1-9]\d|1\d\d|200)$/.test(options.limit))
    throw usageError(`--limit must be a whole number from 1 to 200, found ${options.limit}`);
  const query = new URLSearchParams({ limit: options.limit });
  if (options.status !== undefined) query.set("status", options.status);
  if (options.manifest !== undefined) query.set("manifest_id", (await findManifest(client, options.manifest)).id);
  if (options.cursor !== undefined) query.set("cursor", options.cursor);
  return `/api/runs?${query.toString()}`;
}

function showRuns(session: Session, items: readonly Json[]): string {
  const now = Date.now();
  const rows = items.map(readRun).map((run) => {
    const stands =
      run.waiting_for !== null
        ? `at ${run.waiting_for.step_key}${run.waiting_for.attested ? ", attested" : ""}`
        : run.error !== null
          ? `${run.error.step_key}: ${run.error.code}`
          : "";
    return [
      run.id,
      { text: run.status, style: runStyles[run.status] },
      run.manifest_name,
      shownTime(run.created_at, session.utc),
      elapsed(run.created_at, run.ended_at, now),
      run.initiated_by,
      stands,
    ] as const;
  });
  return table(["RUN", "STATUS", "MANIFEST", "CREATED", "TOOK", "BY", ""], rows, session.paint);
}
