import { fileURLToPath } from "node:url";
import { ConfigurationRefused } from "./cli/handlers.ts";
import { Fault } from "./domain/fault.ts";
import { every } from "./domain/timers.ts";
import { isLoopback } from "./config.ts";
import { engineActor } from "./domain/actor.ts";
import type { Config } from "./config.ts";
import { openEvidence } from "./export-run.ts";
import { makeOpenId } from "./http/open-id.ts";
import { buildServer } from "./http/server.ts";
import { makeClients, resolveModel } from "./llm/choose-model.ts";
import { parseEndpoint } from "./llm/endpoint.ts";
import { watchCalls } from "./llm/watch-calls.ts";
import { openSealing } from "./open-sealing.ts";
import { makeMachine } from "./runtime/machine.ts";
import { endsOf } from "./runtime/ends.ts";
import { openRuntime } from "./runtime/open-runtime.ts";
import { attemptsMax, watchOverdue } from "./runtime/notify/watch-overdue.ts";
import { realTimers } from "./runtime/real-timers.ts";
import type { Runtime } from "./runtime/runtime.ts";
import { assertSchemaCurrent } from "./storage/migrate.ts";
import { listen } from "./storage/listen.ts";
import { countOpenRuns } from "./storage/read/open-runs.ts";
import { openDatabase } from "./storage/pool.ts";
import type { Database } from "./storage/pool.ts";
import { countOverdue } from "./storage/read/overdue.ts";
import { assertDurable } from "./storage/settings.ts";
import { assertMayServe, assertSeparateRoles, protectionLevel } from "./storage/protection.ts";
import { makePartitions } from "./storage/write/partitions.ts";
import { openLog } from "./telemetry/log.ts";
import type { Log } from "./telemetry/log.ts";
import { makeMetrics } from "./telemetry/metric.ts";
import type { Metrics } from "./telemetry/metric.ts";

export interface Service {
  /** Where it listens; null for a worker. */
  readonly url: string | null;
  /** What guards the record against the service's own login. */
  readonly protection: string;
  /** Resolves when `signal` is aborted or the service broke a rule of its own, and everything is closed. */
  readonly untilStopped: (signal: AbortSignal) => Promise<void>;
}

const drainMs = 5_000;
/** A month without its partition costs nothing but tidiness, so looking for it four times a day is early enough. */
const partitionsEveryMs = 6 * 3_600_000;

/** Seals the log of a database and does nothing else. */
export async function openSealerProcess(config: Config, options: { readonly version: string }): Promise<Service> {
  const { log, close: closeLog } = openLog({ level: config.log.level, fd: 1, base: { version: options.version, pid: process.pid } });
  const db = openDatabase({
    url: config.database.url?.reveal() ?? "",
    applicationName: "reckon sealer",
    poolMax: 2,
    pooler: config.database.pooler,
    onError: (error) => log.warn({ err: error }, "a database connection was lost"),
  });
  try {
    await assertSchemaCurrent(db);
    await assertDurable(db);
    const broken = new AbortController();
    const metrics = makeMetrics(() => 0);
    const sealing = await openSealing(config, { db, log, metrics, onRollback: (fault) => broken.abort(fault) });
    const heard = config.database.pooler ? null : listen(db.url, sealing.wake);
    return {
      url: null,
      protection: await protectionLevel(db),
      async untilStopped(signal) {
        await untilAborted(signal, broken.signal);
        await heard?.close();
        await sealing.close();
        await db.close();
        await closeLog();
        if (broken.signal.reason instanceof Fault) throw broken.signal.reason;
      },
    };
  } catch (error) {
    await db.close();
    await closeLog();
    throw error;
  }
}

/** Opens one process of the service: a worker, with the HTTP interface or without. Refuses a schema that is not its own. */
export async function openService(config: Config, options: { readonly version: string; readonly http: boolean }): Promise<Service> {
  const { log, close: closeLog } = openLog({ level: config.log.level, fd: 1, base: { version: options.version, pid: process.pid } });
  const db = openDatabase({
    url: config.database.url?.reveal() ?? "",
    applicationName: options.http ? "reckon serve" : "reckon worker",
    poolMax: config.database.poolMax,
    pooler: config.database.pooler,
    onError: (error) => log.warn({ err: error }, "a database connection was lost"),
  });
  const closers: (() => Promise<unknown> | void)[] = [closeLog, () => db.close()];
  const close = async (): Promise<void> => {
    for (const closer of closers.reverse()) await closer();
  };
  try {
    await assertMayServe(db);
    await assertSchemaCurrent(db);
    await assertDurable(db);
    const protection = await protectionLevel(db);
    if (config.profile === "strict") assertSeparateRoles(protection);
    const clients = makeClients(config.llm);
    if (!clients.ok) throw new ConfigurationRefused(clients.error.map(({ variable, detail }) => ({ name: variable, detail })));
    const broken = new AbortController();
    let active = (): number => 0;
    const metrics = makeMetrics(() => active());
    // A worker leaves sealing to the servers, or to a sealer of its own.
    const seals = config.sealing.seals && options.http;
    const tended = { ...config, sealing: { ...config.sealing, seals } };
    const sealing = await openSealing(tended, { db, log, metrics, onRollback: (fault) => broken.abort(fault) });
    closers.push(() => sealing.close());
    const runtime = await openRuntime({
      db,
      clients: watchCalls(clients.value, { onReply: metrics.modelAnswered, onUsage: metrics.tokensUsed }),
      resolveModel: (settings) => resolveModel(settings, config.llm),
      log: sealing.origin,
      leaseMs: config.runtime.leaseSeconds * 1000,
      runsMax: config.runtime.runsMax,
      drainMs,
      uploadBytesMax: config.runtime.uploadBytesMax,
      sessions: {
        issuer: config.http.openId?.issuer ?? "",
        seconds: config.http.sessionSeconds,
        idleSeconds: config.http.sessionIdleSeconds,
      },
      challengeMs: config.runtime.challengeSeconds * 1000,
      listens: !config.database.pooler,
      onError: (what, error) => log.error({ err: error }, what),
      onBatch({ size, appended, ms }) {
        metrics.batchWritten({ size, ms });
        for (const transition of appended) metrics.ended(endsOf(transition));
        sealing.wake();
      },
      onRest: ({ runId, run }) => {
        // The union's other members are the step a run stands at and the code it failed with.
        log.info({ run_id: runId, ...run.state }, "a run rests");
      },
    });
    metrics.watchRuns(() => countOpenRuns(db));
    runtime.hints.subscribe("all", sealing.wake);
    active = runtime.worker.activeCount;
    closers.push(async () => {
      await runtime.close();
      log.info({}, "let go of its runs");
    });
    metrics.watchOverdue(() => countOverdue(db));
    closers.push(sayOverdue(config, { db, log, metrics, runtime }));
    const keepPartitions = (): Promise<void> =>
      makePartitions(db).catch((error: unknown) => log.warn({ err: error }, "the next partitions could not be made"));
    await keepPartitions();
    closers.push(every(realTimers, partitionsEveryMs, () => void keepPartitions()));
    log.info({ protection, origin: sealing.origin, http: options.http }, "advancing runs");
    const untilStopped = async (signal: AbortSignal): Promise<void> => {
      await untilAborted(signal, broken.signal);
      await close();
      if (broken.signal.reason instanceof Fault) throw broken.signal.reason;
    };
    if (!options.http) return { url: null, protection, untilStopped };
    const { host, port, limits } = config.http;
    const server = await buildServer({
      machine: makeMachine(runtime, sealing.door),
      evidence: openEvidence({
        db,
        log: config.ledger.origin,
        keys: async () => [(await sealing.verifierKey()) ?? [], config.sealing.witnesses.map(({ vkey }) => vkey)].flat(),
      }),
      metrics: {
        ...metrics,
        httpAnswered(answer) {
          metrics.httpAnswered(answer);
          log.debug(answer, "answered");
        },
      },
      log,
      version: options.version,
      limits,
      webFolder: fileURLToPath(new URL("../web/dist", import.meta.url)),
      hosts: config.http.hosts ?? (isLoopback(host) ? ["localhost", "127.0.0.1", "[::1]", "::1", host] : null),
      authenticates: config.http.authentication === "on",
      openId: config.http.openId === null ? null : makeOpenId(config.http.openId),
      publicOrigin: config.http.openId === null ? null : new URL(config.http.openId.publicUrl).origin,
      sessionSeconds: config.http.sessionSeconds,
      actorPerMinuteMax: config.http.actorPerMinuteMax,
      actorInflightMax: config.http.actorInflightMax,
      onInvariantViolation: () => broken.abort(),
    });
    if (config.http.authentication === "off") await recordOpenDoor(runtime, host);
    const url = await server.listen({ host, port });
    closers.push(() => server.close());
    log.info({ url }, "listening");
    return { url, protection, untilStopped };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Notices go out from every process; the database sees to it that each is sent by one. */
function sayOverdue(
  { webhook }: Config,
  { db, log, metrics, runtime }: { readonly db: Database; readonly log: Log; readonly metrics: Metrics; readonly runtime: Runtime },
): () => Promise<void> | void {
  if (webhook === null) return () => undefined;
  const endpoint = parseEndpoint(webhook.url);
  if (!endpoint.ok) throw new ConfigurationRefused([{ name: "RECKONING_WEBHOOK_URL", detail: endpoint.error }]);
  return watchOverdue({
    db,
    timers: realTimers,
    endpoint: endpoint.value,
    secret: webhook.secret,
    everyMs: webhook.everySeconds * 1000,
    now: runtime.tools.scribe.now,
    onAttempt({ runId, step, attempt }, { delivered, detail }) {
      metrics.noticeSent(delivered ? "delivered" : "failed");
      const said = { run_id: runId, step, attempt, detail };
      if (delivered) log.info(said, "said that a step is overdue");
      else
        log.error(said, attempt < attemptsMax ? "a notice did not arrive; it is sent again" : "a notice did not arrive, and is given up");
    },
    onError: (error) => log.warn({ err: error }, "overdue steps could not be looked for"),
  });
}

/** Whoever reads the record later must be able to see that names in it were claims, for all who could reach the service. */
async function recordOpenDoor({ register }: Runtime, host: string): Promise<void> {
  await register.record({ kind: "auth.disabled", host }, engineActor);
}

function untilAborted(...signals: readonly AbortSignal[]): Promise<void> {
  return new Promise((resolve) => {
    const any = AbortSignal.any([...signals]);
    if (any.aborted) resolve();
    else any.addEventListener("abort", () => resolve(), { once: true });
  });
}
