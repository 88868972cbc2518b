// The telemetry room: logs, metrics, spans. It imports nothing of ours. Its invariant: telemetry is supplemental. The
// record is in the database, so a log that cannot be written is dropped, and never slows, stops or changes a run; and
// no prompt, no model output and no secret ever stands in it.

import { destination, pino } from "pino";

/** Fields first, then one sentence. Fields carry ids, codes, counts and durations, never bodies. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export interface LogFields {
  readonly [name: string]: unknown;
  /** Written with its class, code, message, stack and causes only: drivers hang statements and rows on theirs. */
  readonly err?: unknown;
}

export interface LogOutput {
  readonly log: Log;
  /** Hands what is buffered to the operating system; returns also when nobody reads any more. */
  readonly close: () => Promise<void>;
}

export interface LogOptions {
  readonly level: "trace" | "debug" | "info" | "warn" | "error" | "fatal" | "silent";
  /** 1: standard output, 2: standard error. */
  readonly fd: number;
  /** Stands in every line, such as the version and the worker's id. */
  readonly base: { readonly [name: string]: string | number };
}

// A reader that is slower than this makes lines drop, not the process grow.
const bufferBytesMax = 4 * 1024 * 1024;
const closeMsMax = 500;

/** A log of JSON lines, written asynchronously. A reader that goes away (EPIPE) silences it and nothing else. */
export function openLog({ level, fd, base }: LogOptions): LogOutput {
  const output = destination({ dest: fd, sync: false, maxLength: bufferBytesMax });
  const log = pino(
    {
      level,
      base,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: "message",
      serializers: { err: errorFields },
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: "[redacted]" },
    },
    output,
  );
  output.on("error", () => {
    // Swallowed on purpose, the one place where that is right: there is nobody left to tell.
    log.level = "silent";
  });
  return { log, close: () => flushed(output) };
}

/** Belt and braces: nobody logs these, and if somebody does by mistake, they are not written. */
const secretNames = [
  "authorization",
  "apiKey",
  "api_key",
  "password",
  "secret",
  "salt",
  "prompt",
  "output",
  "reply",
  "request_body",
  "databaseUrl",
];
const redactedPaths = secretNames.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);

function flushed(output: ReturnType<typeof destination>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, closeMsMax);
    output.flush(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}

const causesMax = 5;

function errorFields(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: String(error) };
  const code: unknown = "code" in error ? error.code : undefined;
  return {
    type: error.name,
    ...(typeof code === "string" ? { code } : {}),
    message: error.message,
    stack: error.stack,
    ...(error.cause === undefined || depth >= causesMax ? {} : { cause: errorFields(error.cause, depth + 1) }),
  };
}

/** For tests and for callers that were given no log. */
export const silentLog: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
