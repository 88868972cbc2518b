import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

const launcher = fileURLToPath(new URL("../../bin/reckon.js", import.meta.url));
const startMsMax = 30_000;

export interface ReckonProcess {
  readonly process: ChildProcess;
  /** Everything it has written so far, standard output and error together. */
  readonly output: () => string;
  /** Resolves with the exit code, or with the name of the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  readonly kill: (signal?: NodeJS.Signals) => Promise<void>;
}

export interface ReckonServer extends ReckonProcess {
  readonly url: string;
}

type Environment = Readonly<Record<string, string>>;

/** Starts `reckon ARGS` as a process of its own, with nothing of this environment but what it needs. */
export function startReckon(args: readonly string[], env: Environment): ReckonProcess {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...bareEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", (line) => lines.push(line));
  const ended = once(child, "exit").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  return {
    process: child,
    output: () => lines.join("\n"),
    ended,
    async kill(signal = "SIGKILL") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await ended;
    },
  };
}

export interface Ended {
  readonly code: number | NodeJS.Signals;
  readonly out: string;
  readonly err: string;
}

/** Runs `reckon ARGS` to its end, with nothing of this environment but what it needs. */
export async function runReckon(args: readonly string[], env: Environment = {}, options: { readonly cwd?: string } = {}): Promise<Ended> {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...bareEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
    ...options,
  });
  const closed = once(child, "close").then(([code, signal]) => (code ?? signal) as number | NodeJS.Signals);
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
  return { code, out, err };
}

function bareEnvironment(): Environment {
  return { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/", NO_COLOR: "1" };
}

/** Starts `reckon serve` on a free port of the loopback interface, or on this one, and waits until it answers. */
export async function startServer(databaseUrl: string, env: Environment = {}, port = "0"): Promise<ReckonServer> {
  const started = startReckon(["serve", "--host", "127.0.0.1", "--port", port], { DATABASE_URL: databaseUrl, ...env });
  let url: string | undefined;
  await until("the server prints its address", startMsMax, () => {
    if (started.process.exitCode !== null) throw new Error(`the server ended before it listened:\n${started.output()}`);
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(started.output())?.[0];
    return url !== undefined;
  });
  await until("the server is ready", startMsMax, async () => (await fetch(`${url}/db/ping`)).ok);
  return { ...started, url: url ?? "" };
}
