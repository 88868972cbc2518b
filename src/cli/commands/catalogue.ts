import type { Command } from "commander";
import type { Json } from "../../domain/json.ts";
import { allOf } from "../all-pages.ts";
import { openSession, withExamples, withServer } from "../session.ts";
import type { Cli, CommonOptions, Session } from "../session.ts";
import { table } from "../table.ts";
import { shownTime } from "../times.ts";
import { readManifest, readTask } from "../wire.ts";

/** `reckon tasks` and `reckon manifests`: what is defined. */
export function addCatalogue(program: Command, cli: Cli): void {
  addList(program, cli, { name: "tasks", what: "tasks", show: showTasks });
  addList(program, cli, { name: "manifests", what: "manifests", show: showManifests });
}

interface Listing {
  readonly name: string;
  readonly what: string;
  readonly show: (session: Session, items: readonly Json[]) => string;
}

function addList(program: Command, cli: Cli, { name, what, show }: Listing): void {
  const command = withServer(program.command(name))
    .description(`List the current version of all ${what}.`)
    .action(async (options: CommonOptions) => {
      const session = openSession(cli, options);
      const items = await allOf(session.client, `/api/${name}`);
      if (session.json) for (const item of items) session.emit(item);
      else session.print(show(session, items));
    });
  withExamples(command, [`reckon ${name}`, `reckon ${name} --json | jq -r .name`], ["success", "error", "usage", "unreachable"]);
}

function showTasks(session: Session, items: readonly Json[]): string {
  const rows = items
    .map(readTask)
    .map(
      (task) =>
        [
          { text: task.name, style: "bold" },
          `v${task.version}`,
          task.digest.slice(0, 12),
          shownTime(task.updated_at, session.utc),
          task.id,
        ] as const,
    );
  return table(["NAME", "VERSION", "DIGEST", "UPDATED", "ID"], rows, session.paint);
}

function showManifests(session: Session, items: readonly Json[]): string {
  const rows = items.map(readManifest).map((manifest) => {
    const steps = String(manifest.steps.length);
    return [
      { text: manifest.name, style: "bold" },
      `v${manifest.version}`,
      steps,
      manifest.digest.slice(0, 12),
      shownTime(manifest.updated_at, session.utc),
      manifest.id,
    ] as const;
  });
  return table(["NAME", "VERSION", "STEPS", "DIGEST", "UPDATED", "ID"], rows, session.paint);
}
