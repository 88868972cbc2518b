// Tends the log of a database as a process of its own that kills itself at a named stage, for tests that must see what is left.
// Arguments: database address, stage, and the log's settings as JSON.
import { openSealedLog } from "../../src/runtime/log/open-sealed-log.ts";
import type { LogSettings } from "../../src/runtime/log/open-sealed-log.ts";
import { realTimers } from "../../src/runtime/real-timers.ts";
import { openDatabase } from "../../src/storage/pool.ts";

const [url = "", stage = "", settings = ""] = process.argv.slice(2);

await openSealedLog({
  db: openDatabase({ url, applicationName: "doomed sealer", poolMax: 2 }),
  settings: JSON.parse(settings) as LogSettings,
  keyName: "example.org/ledger",
  origin: "example.org/ledger",
  timers: realTimers,
  onError: (what, error) => console.error(what, error),
  onAlarm: (alarm) => console.error(alarm),
  onRollback: (fault) => console.error(fault),
  onStage(at) {
    if (at === stage) process.kill(process.pid, "SIGKILL");
  },
});
