// Restate: its server with its own log on the same disk, and a process with the services. This process is only the client,
// as the harness is for Reckoning Machine, so its CPU time does not count.
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { makeHttpClient } from "../lib/http.ts";
import { answerCalls, inParallel, inputOf } from "./common.js";

const [url] = process.argv.slice(2);
// Its record has to outlive a killed process, so the folder is named after the database that it does not use.
const folder = join(tmpdir(), `reckoning-restate-${process.ppid}-${new URL(url).pathname.slice(1)}`);
const platform = `@restatedev/restate-server-${process.platform}-${process.arch}`;
const binary = join(dirname(createRequire(import.meta.url).resolve(`${platform}/package.json`)), "bin", "restate-server");
const startMsMax = 60_000;
let client = null;
let children = [];

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Invocations under way know the services by their address, so what is started again keeps its ports. */
async function portsOf(home) {
  const file = join(home, "ports.json");
  if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8"));
  const ports = [await freePort(), await freePort(), await freePort(), await freePort()];
  mkdirSync(home, { recursive: true });
  writeFileSync(file, JSON.stringify(ports));
  return ports;
}

async function until(what, holds) {
  const deadline = performance.now() + startMsMax;
  while (!(await holds().catch(() => false))) {
    if (performance.now() > deadline) throw new Error(`Restate: not within ${startMsMax} ms: ${what}`);
    await pause(20);
  }
}

const attestation = { attested_by: "operator", outcome: "SUCCESS", artifacts: [{ name: "model", uri: "file:///model.csv" }] };

answerCalls({
  async start() {
    const [service, ingress, admin, node] = await portsOf(folder);
    const endpoint = fork(fileURLToPath(new URL("./restate-services.js", import.meta.url)), [String(service)], {
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    await once(endpoint, "message");
    const server = spawn(binary, ["--base-dir", join(folder, "data"), "--no-logo", "--listen-mode", "tcp", "--node-name", "bench"], {
      stdio: "ignore",
      env: {
        PATH: process.env.PATH,
        RESTATE_LOG_FILTER: "error",
        RESTATE_DISABLE_TELEMETRY: "true",
        RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
        RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
        RESTATE_BIND_ADDRESS: `127.0.0.1:${node}`,
        RESTATE_ADVERTISED_ADDRESS: `http://127.0.0.1:${node}`,
      },
    });
    children = [endpoint, server];
    const api = makeHttpClient(`http://127.0.0.1:${admin}`);
    client = makeHttpClient(`http://127.0.0.1:${ingress}`);
    await until("the server takes the services", async () => {
      await api.send("POST", "/deployments", { uri: `http://127.0.0.1:${service}`, force: true });
      return true;
    });
    api.close();
    await until("the ingress answers", async () => (await client.send("POST", "/chain/ping", "ping")) === "ping");
    return children.map(({ pid }) => pid);
  },
  async chains(load) {
    await inParallel(load.runs, load.inFlight, async (index) => {
      await client.send("POST", "/chain/run", inputOf(load, index));
    });
  },
  async pause({ prefix, runs, inFlight }) {
    await inParallel(runs, inFlight, async (index) => {
      const key = `${prefix}-${index}`;
      await client.send("POST", `/pausing/${key}/run/send`, key);
      await client.send("POST", `/pausing/${key}/waiting`, "");
    });
  },
  async resume({ prefix, runs, inFlight }) {
    await inParallel(runs, inFlight, async (index) => {
      const key = `${prefix}-${index}`;
      await client.send("POST", `/pausing/${key}/attest`, attestation);
      await client.send("GET", `/restate/workflow/pausing/${key}/attach`);
    });
  },
  async begin(load) {
    await inParallel(load.runs, load.inFlight, async (index) => {
      const input = inputOf(load, index);
      await client.send("POST", "/chain/run/send", input, { "idempotency-key": input.name });
    });
  },
  async recover(load) {
    await inParallel(load.runs, load.runs, async (index) => {
      const input = inputOf(load, index);
      await client.send("POST", "/chain/run", input, { "idempotency-key": input.name });
    });
  },
  async stop() {
    client?.close();
    for (const child of children) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  },
});
