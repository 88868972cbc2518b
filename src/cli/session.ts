import type { Command } from "commander";
import { readFileSync } from "node:fs";
import { Secret } from "../domain/secret.ts";
import { openClient } from "./client.ts";
import type { Client } from "./client.ts";
import { usageError } from "./cli-error.ts";
import { exitCodeLines } from "./exit-codes.ts";
import type { Exit } from "./exit-codes.ts";
import type { CliHandlers, Say } from "./handlers.ts";
import { paintFor } from "./terminal.ts";
import type { Paint, TextStream } from "./terminal.ts";

/** What the process hands to the command line. */
export interface CliIo {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  readonly handlers: CliHandlers;
  readonly version: string;
  /** Aborted by Ctrl-C while a command is talking to a server. */
  readonly signal: AbortSignal;
}

/** The whole command line during one call. `end` notes how the command ended; without it, in success. */
export interface Cli {
  readonly io: CliIo;
  readonly say: Say;
  readonly end: (exit: Exit) => void;
}

/** One command at work: where it prints and whom it talks to. */
export interface Session {
  readonly io: CliIo;
  readonly client: Client;
  /** The address given with --url, to be repeated in commands this one suggests; null when none was. */
  readonly namedUrl: string | null;
  readonly json: boolean;
  readonly utc: boolean;
  readonly paint: Paint;
  /** Text for standard output, as it stands. */
  readonly print: (text: string) => void;
  /** One JSON line for standard output. */
  readonly emit: (value: unknown) => void;
  readonly say: Say;
  readonly end: (exit: Exit) => void;
}

export interface CommonOptions {
  readonly url?: string;
  readonly json?: boolean;
  readonly utc?: boolean;
  readonly color?: boolean;
  readonly timeout?: string;
  readonly token?: string;
}

const timeoutSecondsDefault = 30;
const timeoutSecondsMax = 3600;

export function openSession(cli: Cli, options: CommonOptions): Session {
  const { io } = cli;
  const print = (text: string): void => void io.stdout.write(text);
  return {
    io,
    client: openClient({
      baseUrl: serverUrl(io.env, options.url),
      timeoutMs: secondsOf(options.timeout, "--timeout", timeoutSecondsMax, timeoutSecondsDefault) * 1000,
      signal: io.signal,
      token: tokenOf(io.env, options.token),
    }),
    namedUrl: options.url ?? null,
    json: options.json === true,
    utc: options.utc === true,
    paint: paintFor(io.stdout, io.env, options.color !== false),
    print,
    emit: (value) => print(`${JSON.stringify(value)}\n`),
    say: cli.say,
    end: cli.end,
  };
}

/** `--url`, else RECKONING_URL, else the HOST and PORT a server started from the same environment would have. */
function serverUrl(env: CliIo["env"], flag: string | undefined): string {
  const named = flag ?? (env["RECKONING_URL"] || undefined);
  if (named === undefined) return `http://${clientHost(env["HOST"] || "127.0.0.1")}:${env["PORT"] || "8000"}`;
  if (!URL.canParse(named) || !/^https?:/.test(named)) throw usageError(`${named} is not an http:// or https:// address`);
  return named.replace(/\/+$/, "");
}

/** `--token`, else RECKONING_TOKEN. What stands on a command line others can read, so a file may be named instead. */
function tokenOf(env: CliIo["env"], flag: string | undefined): Secret | null {
  const said = flag ?? (env["RECKONING_TOKEN"] || undefined);
  if (said === undefined) return null;
  const text = said.startsWith("@") ? readTokenFile(said.slice(1)) : said;
  if (!/^[\x21-\x7e]+$/.test(text)) throw usageError("the API token must be one word of printable characters");
  return new Secret(text);
}

function readTokenFile(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (cause) {
    throw usageError(`cannot read the token file ${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

/** Where to reach a server that listens on `host`: one that listens everywhere is reached here. */
export function clientHost(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::" || host === "[::]") return "[::1]";
  return host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
}

export function secondsOf(text: string | undefined, flag: string, max: number, otherwise: number): number {
  if (text === undefined) return otherwise;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds >= 1 && seconds <= max)) throw usageError(`${flag} must be a whole number of seconds from 1 to ${max}, found ${text}`);
  return seconds;
}

/** The options of every command that talks to a server. */
export function withServer(command: Command): Command {
  return withOutput(command)
    .option("--url <url>", "address of the server (default: RECKONING_URL, else http://HOST:PORT)")
    .option("--token <token>", "API token, or @FILE that holds it (default: RECKONING_TOKEN)")
    .option("--timeout <seconds>", `give the server so long for each answer (default: ${timeoutSecondsDefault})`);
}

/** The options of every command that prints data. */
export function withOutput(command: Command): Command {
  return command
    .option("--json", "print JSON, one value a line, errors too")
    .option("--utc", "show times in UTC, not in local time")
    .option("--no-color", "no colour (also: NO_COLOR; never when the output is not a terminal)");
}

/** Closes a command's help with examples and with the ways it can end. */
export function withExamples(command: Command, examples: readonly string[], exits: readonly Exit[]): Command {
  const lines = [
    "",
    "Examples:",
    ...examples.map((example) => `  $ ${example}`),
    "",
    "Exit codes:",
    ...exitCodeLines(exits).map((line) => ` ${line}`),
  ];
  return command.addHelpText("after", lines.join("\n"));
}
