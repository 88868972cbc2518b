import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

export interface Metrics {
  readonly httpAnswered: (answer: {
    readonly route: string;
    readonly method: string;
    readonly status: number;
    readonly seconds: number;
  }) => void;
  readonly batchWritten: (batch: { readonly transitions: number; readonly ms: number }) => void;
  readonly runRested: (status: string) => void;
  readonly modelAnswered: (answer: { readonly provider: string; readonly code: string; readonly seconds: number }) => void;
  /** The text exposition format of Prometheus, and its media type. */
  readonly expose: () => Promise<{ readonly text: string; readonly type: string }>;
  readonly close: () => void;
}

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
  const transitions = new Counter({ name: "reckoning_transitions_total", help: "Transitions written", registers });
  const batches = new Histogram({
    name: "reckoning_append_seconds",
    help: "Time of one append statement, commit included",
    buckets: [0.001, 0.002, 0.005, 0.02, 0.1, 1],
    registers,
  });
  const rested = new Counter({
    name: "reckoning_runs_rested_total",
    help: "Runs that came to rest in this process, by status",
    labelNames: ["status"],
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
  return {
    httpAnswered: ({ route, method, status, seconds }) => http.labels(route, method, String(status)).observe(seconds),
    batchWritten(batch) {
      transitions.inc(batch.transitions);
      batches.observe(batch.ms / 1000);
    },
    runRested: (status) => rested.labels(status).inc(),
    modelAnswered: ({ provider, code, seconds }) => calls.labels(provider, code).observe(seconds),
    expose: async () => ({ text: await registry.metrics(), type: registry.contentType }),
    close: () => registry.clear(),
  };
}
