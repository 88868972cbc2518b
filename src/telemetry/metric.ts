import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  readonly httpAnswered: (answer: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number;
  }) => void;
  /** From now on, asks how many requests are in progress and how many are held open. */
  readonly watchRequests: (counts: RequestCounts) => void;
  /** From now on, asks how many runs have not ended; at most once in `openRunsMs`, and whatever becomes of the asking. */
  readonly watchRuns: (count: OpenRunCounts) => void;
  readonly batchWritten: (batch: { readonly size: number; readonly ms: number }) => void;
  /** What came to rest or to an end with one commit. */
  readonly ended: (ends: {
    readonly run: { readonly status: string; readonly seconds: number | null } | null;
    readonly steps: readonly { readonly type: string; readonly status: string; readonly seconds: number }[];
  }) => void;
  readonly logSealed: (sealed: { readonly entries: number; readonly size: number; readonly ms: number }) => void;
  readonly logPublished: (size: number) => void;
  /** Null: checkpoints are signed and published. */
  readonly logAlarm: (code: string | null) => void;
  readonly modelAnswered: (answer: { readonly provider: string; readonly code: string; readonly seconds: number }) => void;
  readonly tokensUsed: (used: { readonly provider: string; readonly input: number; readonly output: number }) => void;
  /** From now on, asks at each exposition how many steps wait longer than their contract says. */
  readonly watchOverdue: (count: () => Promise<number>) => void;
  readonly noticeSent: (outcome: "delivered" | "failed") => void;
  /** The text exposition format of Prometheus, and its media type. */
  readonly expose: () => Promise<{ readonly text: string; readonly type: string }>;
  readonly close: () => void;
}

type OpenRunCounts = () => Promise<{ readonly running: number; readonly waiting: number }>;
type RequestCounts = () => { readonly inflight: number; readonly held: number };

/** Every scrape of every server asks the database no more often than this. */
const openRunsMs = 5_000;

export function makeMetrics(active: () => number): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: "reckoning_" });
  const http = new Histogram({
    name: "reckoning_http_seconds",
    help: "Time to answer a request",
    labelNames: ["route", "method", "status"],
    buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    registers,
  });
  let requests: RequestCounts = () => ({ inflight: 0, held: 0 });
  const inProgress = new Gauge({
    name: "reckoning_http_requests_in_progress",
    help: "Requests that are being answered now, the one that asks included",
    registers,
    collect() {
      this.set(requests().inflight);
    },
  });
  const held = new Gauge({
    name: "reckoning_http_requests_held",
    help: "Event streams that are open, and requests that wait for a run to rest",
    registers,
    collect() {
      this.set(requests().held);
    },
  });
  let overdueSteps: () => Promise<number> = async () => 0;
  const overdue = new Gauge({
    name: "reckoning_steps_overdue",
    help: "Compute steps that wait longer than their contract says; not a number while the database is away",
    registers,
    async collect() {
      this.set(await overdueSteps().catch(() => Number.NaN));
    },
  });
  void overdue;
  const notices = new Counter({
    name: "reckoning_notices_total",
    help: "Notices of overdue steps that this process sent, by what became of them",
    labelNames: ["outcome"],
    registers,
  });
  void inProgress;
  void held;
  let countRuns: () => Promise<Readonly<Record<string, number>> | null> = async () => null;
  const openRuns = new Gauge({
    name: "reckoning_runs_open",
    help: "Runs in the whole database that have not ended, by status; absent while the database cannot be asked",
    labelNames: ["status"],
    registers,
    async collect() {
      const counted = await countRuns();
      this.reset();
      for (const [status, count] of Object.entries(counted ?? {})) this.labels(status).set(count);
    },
  });
  void openRuns;

  const batchSizes = new Histogram({
    name: "reckoning_append_transitions",
    help: "Transitions that went out in one append statement",
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const batches = new Histogram({
    name: "reckoning_append_seconds",
    help: "Time of one append statement, commit included",
    buckets: [0.001, 0.002, 0.005, 0.02, 0.1, 1],
    registers,
  });
  const rested = new Counter({
    name: "reckoning_runs_rested_total",
    help: "Times a run came to rest by a commit of this process: waiting for people, or ended",
    labelNames: ["status"],
    registers,
  });
  const runSeconds = new Histogram({
    name: "reckoning_run_seconds",
    help: "Time from a run's creation to its end, waits included",
    labelNames: ["status"],
    buckets: [0.1, 1, 10, 60, 600, 3_600, 86_400, 604_800],
    registers,
  });
  const stepSeconds = new Histogram({
    name: "reckoning_step_seconds",
    help: "Time from a step's first start to its end, retries and waits included",
    labelNames: ["type", "status"],
    buckets: [0.01, 0.1, 0.5, 2, 10, 60, 600, 3_600, 86_400],
    registers,
  });
  const tokens = new Counter({
    name: "reckoning_model_tokens_total",
    help: "Tokens as the replies of models count them",
    labelNames: ["provider", "direction"],
    registers,
  });
  const calls = new Histogram({
    name: "reckoning_model_seconds",
    help: "Time of one model call",
    labelNames: ["provider", "code"],
    buckets: [0.1, 0.5, 1, 5, 20, 60, 300],
    registers,
  });
  const activeRuns = new Gauge({
    name: "reckoning_active_runs",
    help: "Runs this process advances now",
    registers,
    collect() {
      this.set(active());
    },
  });
  void activeRuns;
  const sealedEntries = new Counter({ name: "reckoning_log_sealed_total", help: "Entries this process sealed", registers });
  const sealings = new Histogram({
    name: "reckoning_log_seal_seconds",
    help: "Time to seal one batch, from reading what is pending to the commit",
    buckets: [0.005, 0.02, 0.1, 0.5, 2],
    registers,
  });
  const logSize = new Gauge({ name: "reckoning_log_size", help: "Entries in the sealed log, as this process last wrote it", registers });
  const checkpointSize = new Gauge({
    name: "reckoning_log_checkpoint_size",
    help: "Entries under the last published checkpoint",
    registers,
  });
  const alarms = new Gauge({
    name: "reckoning_log_alarm",
    help: "1 while the log cannot be signed and published, by reason",
    labelNames: ["code"],
    registers,
  });
  return {
    httpAnswered: ({ route, method, status, seconds }) => http.labels(route, method, String(status)).observe(seconds),
    watchRequests(counts) {
      requests = counts;
    },
    watchRuns(count) {
      countRuns = keptFor(openRunsMs, count);
    },
    batchWritten({ size, ms }) {
      batchSizes.observe(size);
      batches.observe(ms / 1000);
    },
    ended({ run, steps }) {
      if (run !== null) rested.labels(run.status).inc();
      if (run !== null && run.seconds !== null) runSeconds.labels(run.status).observe(run.seconds);
      for (const { type, status, seconds } of steps) stepSeconds.labels(type, status).observe(seconds);
    },
    tokensUsed({ provider, input, output }) {
      tokens.labels(provider, "input").inc(input);
      tokens.labels(provider, "output").inc(output);
    },
    logSealed({ entries, size, ms }) {
      sealedEntries.inc(entries);
      sealings.observe(ms / 1000);
      logSize.set(size);
    },
    logPublished: (size) => checkpointSize.set(size),
    logAlarm(code) {
      alarms.reset();
      if (code !== null) alarms.labels(code).set(1);
    },
    modelAnswered: ({ provider, code, seconds }) => calls.labels(provider, code).observe(seconds),
    watchOverdue(count) {
      overdueSteps = count;
    },
    noticeSent: (outcome) => notices.labels(outcome).inc(),
    expose: async () => ({ text: await registry.metrics(), type: registry.contentType }),
    close: () => registry.clear(),
  };
}

/** The same question, whose answer is kept for a while; null when it fails, since whoever scrapes wants the rest all the same. */
function keptFor<T>(keptMs: number, ask: () => Promise<T>): () => Promise<T | null> {
  let askedMs = Number.NEGATIVE_INFINITY;
  let answer: Promise<T | null> = Promise.resolve(null);
  return () => {
    if (performance.now() - askedMs < keptMs) return answer;
    askedMs = performance.now();
    answer = ask().catch(() => null);
    return answer;
  };
}
