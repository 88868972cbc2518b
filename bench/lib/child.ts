import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { descendantsOf } from "./cpu.ts";
import type { Contestant } from "./workload.ts";

interface Answer {
  readonly id: number;
  readonly error?: string;
  readonly result?: unknown;
}

const stopMsMax = 5_000;

/** A contestant in a process of its own, which answers calls over the channel between parent and child (`answer-calls.ts`). */
export async function forkContestant(script: string, args: readonly string[]): Promise<Contestant & { readonly call: Call }> {
  const child = fork(script, [...args], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: ["--no-deprecation"],
  });
  const ask = makeAsk(child);
  const call: Call = async (name, load) => void (await ask(name, load));
  // A contestant that is more than this child says which processes count.
  const pids = (await ask("start", null)) as readonly number[] | undefined;
  return {
    call,
    pids: pids ?? (child.pid === undefined ? [] : [child.pid]),
    chains: (load) => call("chains", load),
    pause: (load) => call("pause", load),
    resume: (load) => call("resume", load),
    async kill() {
      const others = child.pid === undefined ? [] : descendantsOf(child.pid);
      await end(child, "SIGKILL");
      for (const pid of others) killIfThere(pid);
    },
    async stop() {
      const patience = setTimeout(() => child.kill("SIGKILL"), stopMsMax);
      await call("stop", null).catch(() => undefined);
      await end(child, "SIGTERM");
      clearTimeout(patience);
    },
  };
}

type Call = (name: string, load: unknown) => Promise<void>;

function makeAsk(child: ChildProcess): (name: string, load: unknown) => Promise<unknown> {
  const open = new Map<number, { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }>();
  let calls = 0;
  child.on("message", ({ id, error, result }: Answer) => {
    if (error === undefined) open.get(id)?.resolve(result);
    else open.get(id)?.reject(new Error(error));
    open.delete(id);
  });
  child.on("exit", (code, signal) => {
    for (const { reject } of open.values()) reject(new Error(`the contestant ended (${code ?? signal})`));
    open.clear();
  });
  return (name, load) =>
    new Promise((resolve, reject) => {
      calls += 1;
      open.set(calls, { resolve, reject });
      if (child.connected) child.send({ id: calls, name, load });
      else reject(new Error("the contestant has ended"));
    });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended with its parent.
  }
}
