// Wires the rooms together, once. The only file that reads the environment and handles signals; it decides nothing.
import { readFileSync } from "node:fs";
import { parseConfig } from "./config.ts";
import type { Config, ConfigOptions } from "./config.ts";
import { ConfigurationRefused } from "./cli/handlers.ts";
import type { CliHandlers, DevFlags, RecordsHandler, RecordSource, Say, ServeFlags } from "./cli/handlers.ts";
import { loadExample, sayWelcome } from "./cli/load-example.ts";
import { runCli } from "./cli/main.ts";
import { isJsonObject } from "./domain/json.ts";
import { readOwnJson } from "./domain/read-json.ts";
import { Secret } from "./domain/secret.ts";
import { makeDevKey, openWitness, recoverSealing, writeNewKey } from "./open-sealing.ts";
import { openRecords } from "./open-records.ts";
import { openSealerProcess, openService } from "./open-service.ts";
import { runningEmbeddedUrl, startEmbeddedPostgres } from "./storage/embedded/embedded-postgres.ts";
import { openTokenDesk } from "./runtime/token-desk.ts";
import type { TokenDesk } from "./runtime/token-desk.ts";
import { assertSchemaCurrent, migrate } from "./storage/migrate.ts";
import { openDatabase } from "./storage/pool.ts";
import { readLogEpoch } from "./storage/read/log.ts";

const version = versionOf(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
const stopped = new AbortController();
// A terminal may deliver one Ctrl-C twice, through the launcher and directly: one stop is enough, a later one insists.
const insistMs = 1_000;
const unsigned = "neither RECKONING_LOG_KEY_FILE nor RECKONING_LOG_KEY is set: the log is sealed but not signed";

let firstStopMs: number | null = null;

process.on("SIGINT", stop);
process.on("SIGTERM", stop);
process.on("SIGHUP", stop);

const handlers: CliHandlers = {
  dev,
  serve,
  worker,
  sealer,
  makeKey,
  witness,
  recover,
  migrate: migrateDatabase,
  readRecords: readDatabaseRecords,
  readConfig,
  tokens: tokenDesk(),
};
const exitCode = await runCli(process.argv.slice(2), {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  stdin: process.stdin,
  handlers,
  version,
  signal: stopped.signal,
});
process.exitCode = exitCode;

function stop(): void {
  firstStopMs ??= performance.now();
  if (stopped.signal.aborted && performance.now() - firstStopMs > insistMs) process.exit(130);
  stopped.abort();
}

async function serve(flags: ServeFlags, say: Say): Promise<void> {
  const config = configOf({ flags, databaseRequired: true, listens: true });
  const service = await openService(config, { version, http: true });
  announce(config, say);
  if (config.sealing.seals && config.sealing.key === null) say(`notice: ${unsigned}`);
  say(`serving at ${service.url ?? ""} (${service.protection})`);
  await service.untilStopped(stopped.signal);
}

async function worker(say: Say): Promise<void> {
  const config = configOf({ databaseRequired: true });
  const service = await openService(config, { version, http: false });
  announce(config, say);
  say(`advancing up to ${config.runtime.runsMax} runs (${service.protection})`);
  await service.untilStopped(stopped.signal);
}

async function sealer(say: Say): Promise<void> {
  const parsed = configOf({ databaseRequired: true });
  const config = { ...parsed, sealing: { ...parsed.sealing, seals: true } };
  const service = await openSealerProcess(config, { version });
  announce(config, say);
  if (config.sealing.key === null) say(`notice: ${unsigned}`);
  say(`sealing (${service.protection})`);
  await service.untilStopped(stopped.signal);
}

function makeKey(options: Parameters<CliHandlers["makeKey"]>[0]): ReturnType<CliHandlers["makeKey"]> {
  const name = options.name ?? configOf({}).ledger.origin;
  return writeNewKey({ file: options.file, name, type: options.witness ? "witness" : "log" });
}

async function witness(flags: Parameters<CliHandlers["witness"]>[0], say: Say): Promise<void> {
  const serving = await openWitness(flags, (error) => say(`a request could not be answered: ${String(error)}`));
  say(`witness ${serving.verifierKey}`);
  say(`cosigning at ${serving.url}/add-checkpoint`);
  await new Promise((resolve) => stopped.signal.addEventListener("abort", resolve, { once: true }));
  await serving.close();
}

async function recover(acceptance: Parameters<CliHandlers["recover"]>[0]): ReturnType<CliHandlers["recover"]> {
  const config = configOf({});
  if (config.database.url !== null) return recoverSealing(config, acceptance);
  // Without an address it is the database of `reckon dev` that is meant, with its key and its anchor.
  const dev = configOf({ dev: true });
  const embedded = await startEmbedded(dev, () => undefined);
  try {
    return await recoverSealing({ ...dev, database: { ...dev.database, url: new Secret(embedded.url) } }, acceptance);
  } finally {
    await embedded.stop();
  }
}

async function dev(flags: DevFlags, say: Say): Promise<void> {
  const config = configOf({ flags, listens: true, dev: true });
  const embedded = config.database.url === null ? await startEmbedded(config, say) : null;
  try {
    const url = config.database.url ?? new Secret(embedded?.url ?? "");
    const report = await migrate(url.reveal());
    if (report.applied.length > 0) say(`schema version ${report.from} -> ${report.to}`);
    makeDevKey(config, say);
    const service = await openService({ ...config, log: quietLog(config), database: { ...config.database, url } }, { version, http: true });
    announce(config, say);
    if (embedded !== null) say("embedded PostgreSQL: guard rails only, since the service owns its tables (RUNBOOK.md, Roles)");
    const baseUrl = service.url ?? "";
    const example = flags.example && config.http.authentication !== "on" ? await loadExample(baseUrl, stopped.signal) : null;
    sayWelcome(say, { baseUrl, example });
    // Without its database there is nothing to serve; the end of a database that was stopped in order changes nothing.
    void embedded?.ended.then(() => stopped.abort());
    await service.untilStopped(stopped.signal);
  } finally {
    await embedded?.stop();
  }
}

/** At a terminal the log's lines would bury the words for people, so without a level of its own only trouble is logged. */
function quietLog({ log, settings }: Config): Config["log"] {
  const isSet = settings.some(({ name, origin }) => name === "RECKONING_LOG_LEVEL" && origin !== "default");
  return isSet ? log : { level: "warn" };
}

async function startEmbedded(config: Config, say: Say): ReturnType<typeof startEmbeddedPostgres> {
  const { dataDir, pgBin } = config.embedded;
  say(`starting an embedded PostgreSQL, data in ${dataDir}`);
  const embedded = await startEmbeddedPostgres({ dataDir: `${dataDir}/postgres`, pgBin });
  if (!embedded.dataDir.endsWith(`${dataDir}/postgres`))
    say(`its account cannot enter that folder, so the data are in ${embedded.dataDir}`);
  return embedded;
}

async function migrateDatabase(): ReturnType<CliHandlers["migrate"]> {
  return migrate(databaseUrlOf(configOf({ databaseRequired: true })));
}

function readDatabaseRecords(scope: Parameters<RecordsHandler>[0]): RecordSource {
  const config = configOf({});
  const url = presentDatabaseOf(config);
  return openRecords({ url, pooler: config.database.pooler, log: config.ledger.origin }, scope);
}

/** Each use opens the database for itself: a desk that nobody asks needs none. */
function tokenDesk(): CliHandlers["tokens"] {
  return {
    create: (request) => atDesk((desk) => desk.create(request)),
    list: () => atDesk((desk) => desk.list()),
    revoke: (revocation) => atDesk((desk) => desk.revoke(revocation)),
  };
}

async function atDesk<T>(use: (desk: TokenDesk) => Promise<T>): Promise<T> {
  const config = configOf({});
  const db = openDatabase({ url: presentDatabaseOf(config), applicationName: "reckon token", poolMax: 1, pooler: config.database.pooler });
  try {
    await assertSchemaCurrent(db);
    return await use(await openTokenDesk(db, (await readLogEpoch(db, config.ledger.origin)).origin));
  } finally {
    await db.close();
  }
}

function readConfig(flags: ServeFlags): ReturnType<CliHandlers["readConfig"]> {
  const parsed = parseConfig(process.env, { flags, listens: true });
  return parsed.ok
    ? { settings: parsed.value.settings, issues: [], notices: parsed.value.notices }
    : { settings: [], issues: parsed.error, notices: [] };
}

function configOf(options: ConfigOptions): Config {
  const parsed = parseConfig(process.env, options);
  if (!parsed.ok) throw new ConfigurationRefused(parsed.error);
  return parsed.value;
}

function databaseUrlOf(config: Config): string {
  return config.database.url?.reveal() ?? "";
}

/** The database that is named, or the one that `reckon dev` runs here now: for commands that look at what is there. */
function presentDatabaseOf(config: Config): string {
  const { dataDir } = config.embedded;
  const url = config.database.url?.reveal() ?? runningEmbeddedUrl(`${dataDir}/postgres`);
  if (url !== null) return url;
  const detail = `is not set, and no embedded PostgreSQL runs in ${dataDir}: give an address, or start reckon dev in another terminal`;
  throw new ConfigurationRefused([{ name: "DATABASE_URL", detail }]);
}

function announce(config: Config, say: Say): void {
  for (const notice of config.notices) say(`notice: ${notice}`);
}

function versionOf(packageJson: string): string {
  const manifest = readOwnJson(packageJson);
  return isJsonObject(manifest) && typeof manifest["version"] === "string" ? manifest["version"] : "unknown";
}
