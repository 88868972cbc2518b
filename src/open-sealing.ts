import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigurationRefused } from "./cli/handlers.ts";
import type { Say } from "./cli/handlers.ts";
import type { Config } from "./config.ts";
import type { SealingConfig } from "./config-sealing.ts";
import type { Fault } from "./domain/fault.ts";
import { formatSignerKey, keyTypes, parseVerifierKey, seedBytes } from "./ledger/note-key.ts";
import { openSealedLog } from "./runtime/log/open-sealed-log.ts";
import type { LogSettings, SealedLog } from "./runtime/log/open-sealed-log.ts";
import { realTimers } from "./runtime/real-timers.ts";
import type { Database } from "./storage/pool.ts";
import { readLogEpoch } from "./storage/read/log.ts";
import type { Log } from "./telemetry/log.ts";
import type { Metrics } from "./telemetry/metric.ts";

export interface Sealing extends SealedLog {
  /** The name the log goes on under, and every entry with it. */
  readonly origin: string;
}

/** Opens the sealed log of a database as this configuration says. Refuses a database that was rolled back behind its anchor. */
export async function openSealing(
  config: Config,
  parts: { readonly db: Database; readonly log: Log; readonly metrics: Metrics; readonly onRollback: (fault: Fault) => void },
): Promise<Sealing> {
  const { db, log, metrics } = parts;
  const { origin } = await readLogEpoch(db, config.ledger.origin);
  const sealed = await openSealedLog({
    db,
    settings: settingsOf(config.sealing),
    keyName: config.ledger.origin,
    origin,
    timers: realTimers,
    onError: (what, error) => log.error({ err: error }, what),
    onAlarm(alarm) {
      metrics.logAlarm(alarm?.code ?? null);
      if (alarm === null) log.info({}, "the log is signed again");
      else log.error({ code: alarm.code }, `the log is not signed: ${alarm.detail}`);
    },
    onSealed: metrics.logSealed,
    onPublished: ({ size }) => metrics.logPublished(size),
    onRollback: parts.onRollback,
  });
  return { ...sealed, origin };
}

function settingsOf(config: SealingConfig): LogSettings {
  const issues: { readonly name: string; readonly detail: string }[] = [];
  const witnesses = config.witnesses.flatMap(({ vkey, url }) => {
    const key = parseVerifierKey(vkey);
    if (key?.type === keyTypes.cosignature) return [{ key, url }];
    issues.push({ name: "RECKONING_WITNESSES", detail: `names ${vkey}, which is not the verifier key of a witness (signature type 4)` });
    return [];
  });
  if (issues.length > 0) throw new ConfigurationRefused(issues);
  return { ...config, witnesses };
}

/** For `reckon dev`: makes the log's key on the first start. */
export function makeDevKey(config: Config, say: Say): void {
  const { key } = config.sealing;
  if (key === null || !("file" in key) || existsSync(key.file)) return;
  mkdirSync(dirname(key.file), { recursive: true });
  writeFileSync(key.file, `${formatSignerKey(config.ledger.origin, keyTypes.ed25519, randomBytes(seedBytes))}\n`, {
    mode: 0o600,
    flag: "wx",
  });
  say(`made a key for the sealed log in ${key.file}: good for trying things out. A log that others shall believe needs a key,`);
  say("and an anchor, where the administrator of the database cannot reach them (RUNBOOK.md, The sealed log)");
}
