import { fork } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { startReckon, startServer } from "../../test/support/server.ts";
import { makeHttpClient } from "./http.ts";
import type { HttpClient } from "./http.ts";
import { inParallel, textOf } from "./text.ts";
import { stepsOfChain } from "./workload.ts";
import type { Chains, Contestant, Crash, Entrant, Pauses, WorkloadName } from "./workload.ts";

export type Model = "stub" | "http";

interface RunAnswer {
  readonly id: string;
  readonly status: string;
  readonly waiting_for: { readonly step_run_id: string } | null;
}

/** Reckoning Machine as an operator runs it: `reckon serve` as a process, spoken to over HTTP and nothing else. */
export function ours(model: Model, env: Readonly<Record<string, string>> = {}): Entrant {
  return {
    name: model === "stub" ? "Reckoning Machine" : "Reckoning Machine, provider over HTTP",
    kind: "ours",
    does: new Set<WorkloadName>(model === "stub" ? ["w1", "w2", "w3a", "w4", "w5"] : ["w2"]),
    async start(database) {
      await migrate(database);
      return open(database, model, { bodyMs: 0, bodies: null, env });
    },
    crash: model === "stub" ? crash : null,
  };
}

/** Who takes a run up waits until the dead one's lease is over. W5 has the shortest there is; 30 s, the default, would be all it shows. */
const crashEnv = { RECKONING_LEASE_SECONDS: "1" };

/** The bodies of W5 are calls to a provider over HTTP, because the stub's take no time that a kill could fall into. */
const crash: Crash = {
  async begin(database, load) {
    await migrate(database);
    const contestant = await open(database, "http", { ...load, env: crashEnv });
    await contestant.chains(load);
    return contestant;
  },
  async recover(database, load) {
    const contestant = await open(database, "http", { ...load, env: crashEnv });
    await untilNoneRuns(database);
    return contestant;
  },
  recordedTwice,
};

async function migrate(database: string): Promise<void> {
  const migrating = startReckon(["migrate"], { DATABASE_URL: database });
  const code = await migrating.ended;
  if (code !== 0) throw new Error(`reckon migrate ended with ${code}:\n${migrating.output()}`);
}

interface Bodies {
  readonly bodyMs: number;
  readonly bodies: string | null;
  readonly env?: Readonly<Record<string, string>>;
}

async function open(database: string, model: Model, bodies: Bodies): Promise<Contestant> {
  const provider = model === "http" ? await startProvider(bodies) : null;
  const named = provider === null ? {} : { LLM_PROVIDER: "openai", LLM_MODEL: "fake-model", LLM_BASE_URL: provider.baseUrl };
  const server = await startServer(database, { RECKONING_LOG_LEVEL: "warn", ...named, ...bodies.env });
  const client = makeHttpClient(server.url);
  const definitions = makeDefinitions(client);
  let waiting: readonly RunAnswer[] = [];
  const close = async (signal: NodeJS.Signals): Promise<void> => {
    client.close();
    await server.kill(signal);
    await provider?.stop();
  };
  return {
    pids: server.process.pid === undefined ? [] : [server.process.pid],
    async chains(load) {
      const manifest = await definitions.chain(load);
      const { prefix, runs, inFlight, inputBytes, bodies: file } = load;
      await inParallel(runs, inFlight, async (index) => {
        const run_params = { run: `${prefix}-${index}`, text: textOf(index, inputBytes) };
        const body = { manifest_id: manifest, initiated_by: "bench", run_params };
        // For W5 nobody waits for the end: the server will not live to tell it.
        const run = await client.send<RunAnswer>("POST", "/api/runs", body, file === null ? { prefer: "wait=60" } : {});
        if (file === null) expectStatus(run, "success");
      });
    },
    async pause({ prefix, runs, inFlight }) {
      const manifest = await definitions.pausing();
      const started: RunAnswer[] = [];
      await inParallel(runs, inFlight, async (index) => {
        const run_params = { run: `${prefix}-${index}`, text: "" };
        const run = await client.send<RunAnswer>(
          "POST",
          "/api/runs",
          { manifest_id: manifest, initiated_by: "bench", run_params },
          { prefer: "wait=60" },
        );
        expectStatus(run, "waiting");
        started.push(run);
      });
      waiting = started;
    },
    async resume({ runs, inFlight }: Pauses) {
      await inParallel(runs, inFlight, async (index) => {
        const run = waiting[index];
        const path = `/api/runs/${run?.id}/steps/${run?.waiting_for?.step_run_id}/attest`;
        await client.send("POST", path, attestation, { prefer: "wait=60" });
      });
      const left = await client.send<readonly RunAnswer[]>("GET", "/api/runs?status=running&limit=1");
      if (left.length > 0) throw new Error("a run still runs after all were attested");
    },
    kill: () => close("SIGKILL"),
    stop: () => close("SIGTERM"),
  };
}

const attestation = {
  attested_by: "operator",
  outcome: "SUCCESS",
  artifacts: [{ name: "model", uri: "file:///model.csv", sha256: "a".repeat(64), bytes: 10 }],
  resume: true,
};

function expectStatus(run: RunAnswer, status: string): void {
  if (run.status !== status) throw new Error(`run ${run.id} is ${run.status}, expected ${status}`);
}

interface Definitions {
  readonly chain: (load: Chains) => Promise<string>;
  readonly pausing: () => Promise<string>;
}

/** Tasks and manifests by need, each published once. */
function makeDefinitions(client: HttpClient): Definitions {
  const made = new Map<string, Promise<string>>();
  const once = (key: string, make: () => Promise<string>): Promise<string> => {
    const known = made.get(key) ?? make();
    made.set(key, known);
    return known;
  };
  const task = (outputBytes: number, chained: boolean): Promise<string> =>
    once(`task ${outputBytes} ${chained}`, async () => {
      const name = `task ${process.pid} ${made.size} ${performance.now()}`;
      const definition = { name, prompt_template: template(chained), extract_schema: contract(outputBytes) };
      return (await client.send<RunAnswer>("POST", "/api/tasks", definition)).id;
    });
  const manifest = async (steps: readonly unknown[]): Promise<string> => {
    const name = `manifest ${process.pid} ${made.size} ${performance.now()}`;
    const { id } = await client.send<RunAnswer>("POST", "/api/manifests", { name, params_schema: paramsSchema });
    await client.send("PUT", `/api/manifests/${id}/steps`, steps);
    return id;
  };
  return {
    chain: ({ steps, outputBytes }) =>
      once(`chain ${steps} ${outputBytes}`, async () => {
        const [first, next] = [await task(outputBytes, false), await task(outputBytes, true)];
        return manifest(Array.from({ length: steps }, (_, n) => (n === 0 ? stepOf(n, first) : stepOf(n, next, `s${n - 1}`))));
      }),
    pausing: () =>
      once("pausing", async () => {
        const [first, last] = [await task(0, false), await task(0, false)];
        const compute_contract = { executor: "spreadsheet", inputs: [], outputs: ["model"], verification: "operator_attest" };
        return manifest([
          stepOf(0, first),
          { step_key: "sheet", step_type: "compute", depends_on: ["s0"], compute_contract },
          { ...stepOf(2, last), depends_on: ["sheet"] },
        ]);
      }),
  };
}

function stepOf(n: number, task_id: string, before?: string): object {
  const chained = before === undefined ? {} : { depends_on: [before], chaining: { previous: { step: before, pointer: "/score" } } };
  return { step_key: `s${n}`, task_id, config: { n }, ...chained };
}

function template(chained: boolean): string {
  return `[{{ params.run }} {{ config.n }}] ${chained ? "The score so far is {{ previous }}. " : ""}Assess what follows. {{ params.text }}`;
}

const paramsSchema = {
  type: "object",
  properties: { run: { type: "string" }, text: { type: "string" } },
  required: ["run", "text"],
  additionalProperties: false,
};

function contract(outputBytes: number): object {
  const answer = { type: "string", minLength: Math.max(1, outputBytes), maxLength: Math.max(200, outputBytes * 2) };
  return {
    type: "object",
    properties: { answer, score: { type: "integer", minimum: 0, maximum: 100 } },
    required: ["answer", "score"],
    additionalProperties: false,
  };
}

/** The scripted provider as a process; its bodies are the steps' bodies. */
async function startProvider({ bodyMs, bodies }: Bodies): Promise<{ readonly baseUrl: string; readonly stop: () => Promise<void> }> {
  const script = fileURLToPath(new URL("../provider.ts", import.meta.url));
  const child = fork(script, [String(bodyMs), ...(bodies === null ? [] : [bodies])], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const [{ baseUrl }] = (await once(child, "message")) as [{ readonly baseUrl: string }];
  return {
    baseUrl,
    async stop() {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      await ended;
    },
  };
}

const lookEveryMs = 20;

async function untilNoneRuns(database: string): Promise<void> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    for (;;) {
      const rows = await client.query("select from reckoning.run_head where status = 'running' limit 1");
      if (rows.rowCount === 0) return;
      await pause(lookEveryMs);
    }
  } finally {
    await client.end();
  }
}

/** Steps with more than one success on record; a run that did not end well counts as ten. */
async function recordedTwice(database: string): Promise<number> {
  const client = new pg.Client({ connectionString: database });
  await client.connect();
  try {
    const twice = await client.query<{ count: string }>(`
      select count(*) from (
        select run_id, convert_from(body, 'UTF8')::jsonb ->> 'step'
          from reckoning.entry
         where convert_from(body, 'UTF8')::jsonb ->> 'kind' = 'step.succeeded'
         group by 1, 2 having count(*) > 1) as t`);
    const failed = await client.query<{ count: string }>("select count(*) from reckoning.run_head where status <> 'success'");
    return Number(twice.rows[0]?.count) + stepsOfChain * Number(failed.rows[0]?.count);
  } finally {
    await client.end();
  }
}
