import { fileURLToPath } from "node:url";
import { parseUuid } from "../domain/ids.ts";
import type { RunId } from "../domain/ids.ts";
import { isJsonObject } from "../domain/json.ts";
import { applyDefinitions } from "./apply/apply-definitions.ts";
import { readDefinitions } from "./apply/read-definitions.ts";
import { openClient } from "./client.ts";
import type { Client } from "./client.ts";
import { manifestNamed } from "./find-manifest.ts";
import type { Say } from "./handlers.ts";
import { parseText, readTextFile } from "./read-params.ts";
import { readRun, readStarted } from "./wire.ts";

export interface LoadedExample {
  readonly runId: RunId | null;
  /** True while the run has not ended: then its attestation is what there is to do. */
  readonly isOpen: boolean;
}

/** Beside `src` in a checkout and beside `dist` in the package: both are two levels below. */
const folder = new URL("../../examples/quarterly-report/", import.meta.url);
const manifestName = "quarterly-report";
const timeoutMs = 30_000;

/**
 * Loads the example workflow into the server at `baseUrl`, over HTTP like any client, and starts one run of it unless there
 * is one. Starting again changes nothing: `reckon dev` does this every time.
 */
export async function loadExample(baseUrl: string, signal: AbortSignal): Promise<LoadedExample> {
  const client = openClient({ baseUrl, timeoutMs, signal, token: null });
  const file = fileURLToPath(new URL("workflow.yaml", folder));
  const definitions = readDefinitions(await readTextFile(file), "examples/quarterly-report/workflow.yaml");
  for await (const _ of applyDefinitions(client, definitions, false));
  return someRun(client);
}

async function someRun(client: Client): Promise<LoadedExample> {
  const manifest = await manifestNamed(client, manifestName);
  if (manifest === null) return { runId: null, isOpen: false };
  const { items } = await client.page(`/api/runs?manifest_id=${manifest.id}&limit=1`);
  const [newest] = items;
  if (newest !== undefined) {
    const run = readRun(newest);
    return { runId: run.id, isOpen: run.status === "running" || run.status === "waiting" };
  }
  const params = parseText(await readTextFile(fileURLToPath(new URL("params.yaml", folder))), "params.yaml");
  const document = await readTextFile(fileURLToPath(new URL("report.txt", folder)));
  const body = { manifest_id: manifest.id, initiated_by: "reckon dev", run_params: { ...(isJsonObject(params) ? params : {}), document } };
  return { runId: parseUuid<RunId>(readStarted(await client.post("/api/runs", body)).runId), isOpen: true };
}

/** What `reckon dev` says once everything stands: where it is, and what to type next. */
export function sayWelcome(say: Say, { baseUrl, example }: { readonly baseUrl: string; readonly example: LoadedExample | null }): void {
  const url = baseUrl === "http://127.0.0.1:8000" ? "" : ` --url ${baseUrl}`;
  const lines = [
    "",
    `Reckoning Machine is at ${baseUrl}`,
    `  ${baseUrl}/  the web interface`,
    `  ${baseUrl}/docs  the HTTP interface`,
    ...(example === null
      ? []
      : [
          "",
          "The example workflow quarterly-report is loaded. In another terminal:",
          ...exampleCommands(example, url).map((line) => `  ${line}`),
        ]),
    "",
    "Ctrl-C stops it; nothing is lost by that.",
    "",
  ];
  for (const line of lines) say(line);
}

function exampleCommands({ runId, isOpen }: LoadedExample, url: string): readonly string[] {
  const files = "examples/quarterly-report";
  const run = runId ?? "latest";
  const attest = `reckon attest ${run} --by YOUR_NAME --outcome SUCCESS --artifact projection.csv=@${files}/projection.csv --output @${files}/projection.json --resume --watch${url}`;
  const again = `reckon run ${manifestName} --params ${files}/params.yaml --params document=@${files}/report.txt --watch${url}`;
  return [`reckon show ${run}${url}`, ...(isOpen ? [attest] : []), again];
}
