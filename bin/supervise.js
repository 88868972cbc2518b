// Runs the same program under another Node so that the two processes are as good as one: same terminal, same signals, same end.
//
// Node has no portable exec(), so the launcher stays as the parent. Signals it gets are passed on, and its exit code or
// deadly signal is the child's. The reverse, a parent killed with no chance to pass anything on (kill -9), is seen by the child
// through the IPC channel between them, which the system closes with the parent: the child then ends itself as on SIGTERM.
//
// A terminal sends Ctrl-C to the whole process group, so the child may get the same SIGINT twice, as it does below npm: a program
// that treats a second signal as impatience must let the first second pass.

import { spawn } from "node:child_process";

const orphanGraceMs = 15_000;
// Read at loading, as followParent takes it out of the environment.
const launcherPid = process.env.RECKON_LAUNCHER_PID;

/** Whether this process is the child of a launcher that has chosen the Node already. */
export function launchedByParent() {
  return launcherPid !== undefined;
}

/** Starts `command` in our place and ends as it ends. */
export function runUnder(command, args) {
  const env = Object.assign({}, process.env, { RECKON_LAUNCHER_PID: String(process.pid) });
  const child = spawn(command, args, { env, stdio: ["inherit", "inherit", "inherit", "ipc"] });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`reckon: ${command} cannot be started: ${error.message}\n`);
    process.exitCode = 71; // EX_OSERR of sysexits.h
  });
  child.on("exit", (code, signal) => {
    for (const each of signals) process.removeAllListeners(each);
    if (signal === null) process.exitCode = code === null ? 70 : code;
    else process.kill(process.pid, signal);
  });
}

/** In the child: when the launcher is gone without a word, ask ourselves to stop, and insist when that is not heard. */
export function followParent() {
  if (launcherPid === undefined) return;
  delete process.env.RECKON_LAUNCHER_PID;
  // The launcher may have died while this process was still loading.
  if (!process.connected || String(process.ppid) !== launcherPid) return endAsOrphan();
  process.on("disconnect", endAsOrphan);
  // Listening must not by itself keep a finished command alive.
  process.channel.unref();
}

function endAsOrphan() {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), orphanGraceMs).unref();
  process.kill(process.pid, "SIGTERM");
}
