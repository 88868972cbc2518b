import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { cliReference } from "../../scripts/cli-reference.ts";
import { auditCodes, backtestCodes, exitCodes } from "../../src/cli/exit-codes.ts";
import { Fault } from "../../src/domain/fault.ts";
import { ConfigurationRefused } from "../../src/cli/handlers.ts";
import type { RecordsHandler } from "../../src/cli/handlers.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { leafOf } from "../../src/ledger/leaf.ts";
import type { StoredRunRecord } from "../../src/verify/run-record.ts";
import { tolerateClosedPipe } from "../../src/cli/terminal.ts";
import { reckon } from "./command-line.ts";
import { runId } from "./documents.ts";

/** Vitest types its matchers as any; as unknown they may stand in an object. */
const stringContaining = (text: string): unknown => expect.stringContaining(text);
const stringMatching = (pattern: RegExp): unknown => expect.stringMatching(pattern);

const commands = [
  "dev",
  "serve",
  "worker",
  "sealer",
  "migrate",
  "config",
  "apply",
  "tasks",
  "manifests",
  "run",
  "watch",
  "runs",
  "show",
  "attest",
  "resume",
  "cancel",
  "verify",
  "replay",
  "backtest",
  "export",
  "erase",
  "hold",
  "log",
  "confirm",
  "reject",
  "whoami",
  "token create",
  "token list",
  "token revoke",
  "key create",
  "key enroll",
  "key list",
  "key revoke",
  "key log",
  "witness",
  "recover",
  "version",
  "completion",
];

test.each(commands)("%s --help shows examples and exit codes and succeeds", async (command) => {
  const { code, out } = await reckon([...command.split(" "), "--help"]);
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(`^Usage: reckon ${command} .*Examples:\\n {2}\\$ .*reckon ${command}.*Exit codes:\\n {3}0 `, "s"));
});

test("the reference is what the commands say of themselves", () => {
  expect(readFileSync(new URL("../../docs/cli.md", import.meta.url), "utf8")).toBe(cliReference());
});

test("every exit code stands in the reference once with its meaning", () => {
  const [general = ""] = cliReference().split("## reckon dev");
  const tables: readonly Readonly<Record<string, { readonly code: number; readonly meaning: string }>>[] = [
    exitCodes,
    auditCodes,
    backtestCodes,
  ];
  for (const table of tables) {
    for (const { code, meaning } of Object.values(table)) expect(general).toContain(`${String(code).padStart(4)}  ${meaning}`);
    expect(new Set(Object.values(table).map(({ code }) => code)).size).toBe(Object.keys(table).length);
  }
});

test.each([
  [["nonsense"]],
  [["runz"]],
  [["run"]],
  [["runs", "--limit", "0"]],
  [["runs", "--limit", "201"]],
  [["runs", "--status", "done"]],
  [["runs", "--frobnicate"]],
  [["runs", "--timeout", "-1"]],
  [["runs", "--url", "localhost:8000"]],
  [["runs", "extra"]],
  [["run", "x", "--params", "/does/not/exist"]],
  [["run", "x", "--params", "a:={"]],
  [["run", "x", "--params", "[1]"]],
  [["run", "x", "--wait", "0"]],
  [["attest", runId, "--by", "ada"]],
  [["attest", runId, "--by", "ada", "--outcome", "MAYBE"]],
  [["attest", runId, "--by", "ada", "--outcome", "SUCCESS", "--artifact", "model"]],
  [["attest", runId, "--by", "ada", "--outcome", "SUCCESS", "--artifact", "model=@/does/not/exist"]],
  [["attest", runId, "--by", "ada", "--outcome", "SUCCESS", "--artifact", "model=x,sha256=12"]],
  [["attest", runId, "--by", "ada", "--outcome", "SUCCESS", "--watch"]],
  [["cancel", runId, "--by", "ada"]],
  [["show", runId, "--artifact", "../../x"]],
  [["show", runId, "--entries", "--steps"]],
  [["replay"]],
  [["completion", "tcsh"]],
])("%j makes no sense: code 2, nothing on standard output, no server asked", async (argv) => {
  const { code, out, err } = await reckon(argv, { env: { RECKONING_URL: "http://127.0.0.1:1" } });
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).not.toBe("");
});

test("a misspelt command is answered with the one that was meant", async () => {
  expect((await reckon(["wach"])).err).toContain("Did you mean watch?");
});

test("the version is printed with and without a dash", async () => {
  expect((await reckon(["--version"])).out).toBe("1.2.3\n");
  expect((await reckon(["version"])).out).toBe("reckon 1.2.3\n");
  expect((await reckon(["version", "--json"])).out).toBe('{"version":"1.2.3"}\n');
});

test("flags reach the handlers of the commands that are the service", async () => {
  const seen: unknown[] = [];
  const note = (flags: unknown): Promise<void> => Promise.resolve(void seen.push(flags));
  expect((await reckon(["serve", "--host", "0.0.0.0", "--port", "8000"], { handlers: { serve: note } })).code).toBe(0);
  expect((await reckon(["dev", "--no-example"], { handlers: { dev: note } })).code).toBe(0);
  expect(seen).toEqual([{ host: "0.0.0.0", port: "8000" }, { example: false }]);
});

test("a configuration that is refused names every issue and ends with 78", async () => {
  const refuse = (): never => {
    throw new ConfigurationRefused([
      { name: "DATABASE_URL", detail: "is not set" },
      { name: "PORT", detail: "must be a whole number" },
    ]);
  };
  const { code, err } = await reckon(["serve"], { handlers: { serve: refuse } });
  expect(code).toBe(78);
  expect(err).toContain("  DATABASE_URL: is not set\n  PORT: must be a whole number\n");
});

test.each([
  ["schema_mismatch", 78],
  ["database_unavailable", 69],
  ["database_refused", 78],
] as const)("the fault %s ends with %i", async (fault, code) => {
  const fail = (): never => {
    throw new Fault(fault, "the schema is version 1, this program needs 2");
  };
  expect(await reckon(["serve"], { handlers: { serve: fail } })).toMatchObject({
    code,
    err: stringContaining(`error ${fault}: the schema is version 1`),
  });
});

test("migrate says what it applied, or that there was nothing to do", async () => {
  const roles = { protection: "guard rails only: there is no role rm_app", notices: ["the role rm_app is missing"] };
  const applied = await reckon(["migrate"], {
    handlers: { migrate: () => Promise.resolve({ from: 0, to: 2, applied: ["0001_a", "0002_b"], ...roles }) },
  });
  expect(applied.out).toBe("applied 0001_a\napplied 0002_b\nschema version 0 -> 2\n");
  expect(applied.err).toBe("notice: the role rm_app is missing\nprotection: guard rails only: there is no role rm_app\n");
  const nothing = await reckon(["migrate"], { handlers: { migrate: () => Promise.resolve({ from: 2, to: 2, applied: [], ...roles }) } });
  expect(nothing.out).toBe("schema version 2: nothing to do\n");
});

test("config shows value and origin, and its issues make it end with 78", async () => {
  const settings = [{ name: "PORT", value: "8000", origin: "default" }];
  const fine = await reckon(["config"], { handlers: { readConfig: () => ({ settings, issues: [], notices: ["listening on 0.0.0.0"] }) } });
  expect(fine).toEqual({ code: 0, out: "NAME  VALUE  ORIGIN\nPORT  8000   default\n", err: "note: listening on 0.0.0.0\n" });
  const lines = await reckon(["config", "--json"], { handlers: { readConfig: () => ({ settings, issues: [], notices: [] }) } });
  expect(JSON.parse(lines.out)).toEqual(settings[0]);
  const bad = await reckon(["config"], {
    handlers: { readConfig: () => ({ settings: [], issues: [{ name: "PORT", detail: "is wrong" }], notices: [] }) },
  });
  expect(bad).toMatchObject({ code: 78, err: "error configuration: PORT is wrong\n" });
});

/** A database that holds these records. */
function recordsOf(...records: readonly StoredRunRecord[]): RecordsHandler {
  async function* read(only: string | null): AsyncGenerator<{ readonly record: StoredRunRecord; readonly total: number }> {
    for (const record of records) if (only === null || only === record.runId) yield { record, total: records.length };
  }
  async function* nothing(): AsyncGenerator<never> {}
  return ({ only }) => ({ log: "test/log", records: read(only), readLog: nothing, readDisorder: async () => [] });
}

test("verify ends with 0 where nothing is wrong, and with 1 on any finding", async () => {
  const sound = await reckon(["verify"], { handlers: { readRecords: recordsOf() } });
  expect(sound).toEqual({ code: 0, out: "OK: 0 runs, 0 entries, 0 findings\n", err: "" });
  const body = Buffer.from('{"v\\u001b":"rm-entry/1"}');
  const record = { runId: runId as RunId, entries: [{ seq: 0, body, leaf: leafOf(body) }], artifacts: [], planBytes: null, live: null };
  const broken = await reckon(["verify", runId], { handlers: { readRecords: recordsOf(record) } });
  expect(broken.code).toBe(1);
  expect(broken.out).toMatch(new RegExp(`^finding ${runId} entry 0 body: expected .*\nNOT OK: 1 run, 1 entries, 1 finding\n$`));
  const json = await reckon(["verify", "--json"], { handlers: { readRecords: recordsOf(record) } });
  expect(
    json.out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown),
  ).toEqual([
    { type: "finding", run_id: runId, seq: 0, field: "body", expected: stringContaining("actor"), found: "v\u001b" },
    { type: "summary", runs: 1, entries: 1, findings: 1, erased: 0, last: runId },
  ]);
});

test("a reader that closes the pipe ends nothing, and any other fault of the stream stays loud", () => {
  const listeners: ((error: Error) => void)[] = [];
  tolerateClosedPipe({ write: () => undefined, on: (_, listener) => listeners.push(listener) });
  const [listener] = listeners;
  expect(() => listener?.(Object.assign(new Error("gone"), { code: "EPIPE" }))).not.toThrow();
  expect(() => listener?.(Object.assign(new Error("full"), { code: "ENOSPC" }))).toThrow("full");
});

test("a mistake of ours is shown with its stack and ends with 1", async () => {
  const fail = (): never => {
    throw new TypeError("x is not a function");
  };
  expect(await reckon(["serve"], { handlers: { serve: fail } })).toMatchObject({
    code: 1,
    err: stringMatching(/TypeError: x is not a function\n {4}at .*error internal/s),
  });
});

test("a command to type begins as the one that was typed", async () => {
  const unreachable = { RECKONING_URL: "http://127.0.0.1:1" };
  const installed = await reckon(["runs"], { env: unreachable });
  expect(installed.err).toContain("start one with: reckon dev (or: reckon serve)");
  const checkout = await reckon(["runs"], { env: { ...unreachable, npm_command: "exec" } });
  expect(checkout.err).toContain("start one with: npx reckon dev (or: npx reckon serve)");
  const json = await reckon(["runs", "--json"], { env: { ...unreachable, npm_command: "exec" } });
  expect(JSON.parse(json.err)).toMatchObject({ error: { code: "server_unreachable", remedy: stringContaining(": reckon dev") } });
});

test("the completion scripts name every command and parse in bash", async () => {
  for (const shell of ["bash", "zsh", "fish"]) {
    const { out } = await reckon(["completion", shell]);
    for (const command of commands) expect(out).toContain(command.split(" ", 1)[0]);
  }
  const { out } = await reckon(["completion", "bash"]);
  const probe = `${out}\nCOMP_WORDS=(reckon runs --st); COMP_CWORD=2; _reckon; echo "\${COMPREPLY[@]}"; COMP_WORDS=(reckon att); COMP_CWORD=1; _reckon; echo "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", probe], { encoding: "utf8" });
  expect({ stdout, stderr }).toEqual({ stdout: "--status\nattest\n", stderr: "" });
});
