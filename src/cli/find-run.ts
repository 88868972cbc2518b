import { parseUuid } from "../domain/ids.ts";
import type { RunId } from "../domain/ids.ts";
import type { Json } from "../domain/json.ts";
import type { RunView } from "../domain/view.ts";
import { CliError, usageError } from "./cli-error.ts";
import type { Client } from "./client.ts";
import { readRun } from "./wire.ts";

const pagesMax = 20;
const pageSize = 100;
const partCharactersMin = 4;

/** The run that `text` names: its id, the unique beginning or end of it among the newest 2,000, or `latest`. */
export async function findRun(client: Client, text: string): Promise<RunId> {
  const whole = parseUuid<RunId>(text);
  if (whole !== null) return whole;
  const part = text.toLowerCase();
  if (part === "latest") return latestRun(client);
  if (!/^[0-9a-f-]+$/.test(part))
    throw usageError(`${text} is not a run id`, "give the id, its beginning or its end, or the word latest; list runs with: reckon runs");
  if (part.length < partCharactersMin)
    throw usageError(`${text} is too short to name a run`, `give at least ${partCharactersMin} characters of its beginning or end`);
  const found = await runsNamed(client, part);
  const [first, second] = found;
  if (first === undefined)
    throw new CliError({
      exit: "error",
      code: "run_not_found",
      message: `no run among the newest ${pagesMax * pageSize} begins or ends with ${text}`,
      remedy: "list the runs with: reckon runs",
    });
  if (second !== undefined)
    throw usageError(
      `${text} names more than one run: ${found
        .slice(0, 5)
        .map((run) => run.id)
        .join(", ")}`,
      "give more of the id; the end differs most",
    );
  return first.id;
}

async function runsNamed(client: Client, part: string): Promise<readonly RunView[]> {
  const found: RunView[] = [];
  let path: string | null = `/api/runs?limit=${pageSize}`;
  for (let page = 0; page < pagesMax && path !== null; page++) {
    const answer: { readonly items: readonly Json[]; readonly next: string | null } = await client.page(path);
    for (const item of answer.items) {
      const run = readRun(item);
      if (run.id.startsWith(part) || run.id.endsWith(part)) found.push(run);
    }
    path = answer.next;
  }
  return found;
}

async function latestRun(client: Client): Promise<RunId> {
  const { items } = await client.page("/api/runs?limit=1");
  const [first] = items;
  if (first === undefined)
    throw new CliError({
      exit: "error",
      code: "run_not_found",
      message: "there is no run yet",
      remedy: "start one with: reckon run MANIFEST",
    });
  return readRun(first).id;
}
