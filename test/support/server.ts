import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
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
  const path = process.env["PATH"] ?? "";
  const home = process.env["HOME"] ?? "/";
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { PATH: path, HOME: home, NO_COLOR: "1", ...env },
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

/** Starts `reckon serve` on a free port of the loopback interface and waits until it answers. */
export async function startServer(databaseUrl: string, env: Environment = {}): Promise<ReckonServer> {
  const started = startReckon(["serve", "--host", "127.0.0.1", "--port", "0"], { DATABASE_URL: databaseUrl, ...env });
  let url: string | undefined;
  await until("the server prints its address", startMsMax, () => {
    if (started.process.exitCode !== null) throw new Error(`the server ended before it listened:\n${started.output()}`);
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(started.output())?.[0];
    return url !== undefined;
  });
  await until("the server is ready", startMsMax, async () => (await fetch(`${url}/db/ping`)).ok);
  return { ...started, url: url ?? "" };
}
