import { runCli } from "../../src/cli/main.ts";
import type { CliHandlers } from "../../src/cli/handlers.ts";

export interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface CommandLine {
  readonly env?: Readonly<Record<string, string>>;
  readonly handlers?: Partial<CliHandlers>;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  /** Standard output as a terminal of this width. */
  readonly columns?: number;
  /** Called with everything on standard output so far, after each write. */
  readonly onOut?: (out: string) => void;
}

/** Runs one command line in this process, as `main.ts` does it, and keeps what it printed. */
export async function reckon(
  argv: readonly string[],
  { env = {}, handlers = {}, stdin, signal = new AbortController().signal, columns, onOut }: CommandLine = {},
): Promise<Outcome> {
  let out = "";
  let err = "";
  const write = (text: string | Uint8Array): void => {
    out += typeof text === "string" ? text : Buffer.from(text).toString();
    onOut?.(out);
  };
  const code = await runCli(argv, {
    env,
    stdout: { write, ...(columns === undefined ? {} : { isTTY: true, columns, rows: 24 }) },
    stderr: { write: (text) => void (err += text.toString()) },
    ...(stdin === undefined ? {} : { stdin: singleChunk(stdin) }),
    handlers: { ...noHandlers, ...handlers },
    version: "1.2.3",
    signal,
  });
  return { code, out, err };
}

async function* singleChunk(text: string): AsyncGenerator<string> {
  yield text;
}

function unexpected(): never {
  throw new Error("this handler is not part of the test");
}

const noHandlers: CliHandlers = {
  dev: unexpected,
  serve: unexpected,
  worker: unexpected,
  sealer: unexpected,
  makeKey: unexpected,
  recover: unexpected,
  witness: unexpected,
  migrate: unexpected,
  readRecords: unexpected,
  readConfig: unexpected,
  tokens: { create: unexpected, list: unexpected, revoke: unexpected },
};
