import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { ConfigurationRefused } from "./cli/handlers.ts";
import type { Say, WitnessFlags } from "./cli/handlers.ts";
import type { Config } from "./config.ts";
import type { SealingConfig } from "./config-sealing.ts";
import { present } from "./domain/assert.ts";
import type { Fault } from "./domain/fault.ts";
import { formatSignerKey, formatVerifierKey, isKeyName, keyTypes, parseSignerKey, parseVerifierKey, seedBytes } from "./ledger/note-key.ts";
import { makeLogDoor } from "./runtime/log/log-door.ts";
import type { LogDoor } from "./runtime/log/log-door.ts";
import { openSealedLog } from "./runtime/log/open-sealed-log.ts";
import type { LogSettings, SealedLog } from "./runtime/log/open-sealed-log.ts";
import { recoverLog } from "./runtime/log/recover-log.ts";
import type { Recovery } from "./runtime/log/recover-log.ts";
import { realTimers } from "./runtime/real-timers.ts";
import { serveWitness } from "./runtime/witness/serve-witness.ts";
import type { Witness } from "./runtime/witness/serve-witness.ts";
import { assertSchemaCurrent } from "./storage/migrate.ts";
import { openDatabase } from "./storage/pool.ts";
import type { Database } from "./storage/pool.ts";
import { readLogEpoch } from "./storage/read/log.ts";
import type { Log } from "./telemetry/log.ts";
import type { Metrics } from "./telemetry/metric.ts";

export interface Sealing extends SealedLog {
  /** The name the log goes on under, and every entry with it. */
  readonly origin: string;
  readonly door: LogDoor;
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
  const { seals, key } = config.sealing;
  const door = makeLogDoor({ db, origin, seals, signs: seals && key !== null, sealed });
  return { ...sealed, origin, door };
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
  writeNewKey({ file: key.file, name: config.ledger.origin, type: "log" });
  say(`made a key for the sealed log in ${key.file}: good for trying things out. A log that others shall believe needs a key,`);
  say("and an anchor, where the administrator of the database cannot reach them (RUNBOOK.md, The sealed log)");
}

/** A fresh key in a file of its own that nobody else may read. Never writes over one: a key that is gone is gone. */
export function writeNewKey(key: { readonly file: string; readonly name: string; readonly type: "log" | "witness" }): {
  readonly verifierKey: string;
} {
  const name = "RECKONING_LOG_ORIGIN";
  if (!isKeyName(key.name)) throw new ConfigurationRefused([{ name, detail: `${key.name} is no name for a key: no spaces, no +` }]);
  const text = formatSignerKey(key.name, key.type === "log" ? keyTypes.ed25519 : keyTypes.cosignature, randomBytes(seedBytes));
  try {
    writeFileSync(key.file, `${text}\n`, { mode: 0o600, flag: "wx" });
  } catch (error) {
    throw new ConfigurationRefused([
      { name: key.file, detail: `cannot be made: ${error instanceof Error ? error.message : String(error)}` },
    ]);
  }
  return { verifierKey: formatVerifierKey(present(parseSignerKey(text), "a key that was just written").verifier) };
}

/** For `reckon witness`. */
export async function openWitness(
  flags: WitnessFlags,
  onError: (error: unknown) => void,
): Promise<Witness & { readonly verifierKey: string }> {
  const issues: { readonly name: string; readonly detail: string }[] = [];
  const key = parseSignerKey(readKeyText(flags.keyFile).trim())?.as({ type: keyTypes.cosignature });
  if (key === undefined) issues.push({ name: flags.keyFile, detail: "holds no signer key (reckon key log --witness)" });
  const logKeys = flags.logKeys.flatMap((text) => {
    const logKey = parseVerifierKey(text);
    if (logKey?.type === keyTypes.ed25519) return [logKey];
    issues.push({ name: "--log", detail: `${text} is not the verifier key of a log` });
    return [];
  });
  if (key === undefined || issues.length > 0) throw new ConfigurationRefused(issues);
  const nowSeconds = (): number => Math.floor(Date.now() / 1_000);
  const { stateFile, host, port } = flags;
  const witness = await serveWitness({ key, logKeys, stateFile, host, port, nowSeconds, onError });
  return { ...witness, verifierKey: formatVerifierKey(key.verifier) };
}

function readKeyText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigurationRefused([{ name: file, detail: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }]);
  }
}

/** For `reckon recover`. */
export async function recoverSealing(config: Config, acceptance: { readonly by: string; readonly reason: string }): Promise<Recovery> {
  const { key, stateFile, anchorFile } = config.sealing;
  const missing = [
    ...(key === null ? [{ name: "RECKONING_LOG_KEY_FILE", detail: "is not set: the new origin begins with a signature" }] : []),
    ...(anchorFile === null ? [{ name: "RECKONING_ANCHOR_FILE", detail: "is not set: without an anchor nothing says what was lost" }] : []),
  ];
  if (key === null || anchorFile === null) throw new ConfigurationRefused(missing);
  const db = openDatabase({ url: config.database.url?.reveal() ?? "", applicationName: "reckon recover", poolMax: 1 });
  try {
    await assertSchemaCurrent(db);
    return await recoverLog({ db, key, keyName: config.ledger.origin, stateFile, anchorFile, ...acceptance });
  } finally {
    await db.close();
  }
}
