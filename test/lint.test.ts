import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const here = fileURLToPath(new URL("..", import.meta.url));

/** One way to break each rule: what it shows, the rule, the file it would stand in, the text. */
const breaches: readonly (readonly [name: string, rule: string, file: string, text: string])[] = [
  ["any", "no-explicit-any", "src/domain/any.ts", "export const a = (x: any): unknown => x;"],
  [
    "a value out of JSON.parse used unchecked",
    "no-unsafe-member-access",
    "src/domain/unsafe.ts",
    'export const a: unknown = JSON.parse("{}").b;',
  ],
  [
    "a promise that nobody awaits",
    "no-floating-promises",
    "src/http/floating.ts",
    "async function a(): Promise<void> {}\nexport function b(): void {\n  a();\n}",
  ],
  [
    "a promise taken for a truth",
    "no-misused-promises",
    "src/http/misused.ts",
    "async function a(): Promise<boolean> { return await Promise.resolve(true); }\nexport const b = (): number => { if (a()) return 1; return 2; };",
  ],
  [
    "a switch that forgets a case",
    "switch-exhaustiveness-check",
    "src/domain/switch.ts",
    'export function a(x: "b" | "c"): number {\n  let y = 0;\n  switch (x) {\n    case "b":\n      y = 1;\n  }\n  return y;\n}',
  ],
  ["a default export", "no-default-export", "src/http/default.ts", "export default 1;"],
  ["a barrel", "no-barrel-file", "src/http/barrel.ts", 'export * from "./default.ts";'],
  ["the environment", "no-process-env", "src/http/env.ts", 'export const a = process.env["A"];'],
  [
    "the environment through an import",
    "no-restricted-imports",
    "src/http/env-import.ts",
    'import { env } from "node:process";\nexport const a = env["A"];',
  ],
  [
    "a type assertion outside parsers",
    "consistent-type-assertions",
    "src/http/as.ts",
    "export const a = (x: unknown): string => x as string;",
  ],
  ["a value asserted not to be null", "no-non-null-assertion", "src/http/bang.ts", "export const a = (x: string | null): string => x!;"],
  ["a condition that cannot fail", "no-unnecessary-condition", "src/http/condition.ts", 'export const a = (x: string): string => x ?? "";'],
  ["something other than an error thrown", "only-throw-error", "src/http/throw.ts", 'export function a(): never {\n  throw "b";\n}'],
  ["the console", "no-console", "src/http/console.ts", "console.log(1);\nexport {};"],
  ["a loose comparison", "eqeqeq", "src/http/loose.ts", "export const a = (x: unknown): boolean => x == 1;"],
  ["a type imported as a value", "consistent-type-imports", "src/http/type.ts", 'import { Stats } from "node:fs";\nexport type A = Stats;'],
  ["an unfinished thing", "no-warning-comments", "src/http/todo.ts", "// TO" + "DO finish\nexport const a = 1;"],
  ["a focused test", "no-focused-tests", "test/focused.test.ts", 'import { it } from "vitest";\nit.only("a", () => {});'],
  ["a skipped test", "no-disabled-tests", "test/skipped.test.ts", 'import { it } from "vitest";\nit.skip("a", () => {});'],
  [
    "a test skipped on condition",
    "no-restricted-properties",
    "test/skip-if.test.ts",
    'import { it } from "vitest";\nit.skipIf(true)("a", () => {});',
  ],
  ["a test left for later", "warn-todo", "test/todo.test.ts", 'import { it } from "vitest";\nit.todo("a");'],
  ...["domain", "policy", "engine", "ledger", "attestation"].flatMap((room) => [
    [`a clock in ${room}`, "no-restricted-globals", `src/${room}/clock.ts`, "export const a = (): number => Date.now();"] as const,
    [
      `a timer in ${room}`,
      "no-restricted-globals",
      `src/${room}/timer.ts`,
      "export const a = (): void => void setTimeout(() => undefined, 1);",
    ] as const,
    [
      `a random number in ${room}`,
      "no-restricted-properties",
      `src/${room}/random.ts`,
      "export const a = (): number => Math.random();",
    ] as const,
    [
      `a random id in ${room}`,
      "no-restricted-globals",
      `src/${room}/id.ts`,
      "export const a = (): string => crypto.randomUUID();",
    ] as const,
    [
      `the network in ${room}`,
      "no-restricted-globals",
      `src/${room}/fetch.ts`,
      'export const a = async (): Promise<Response> => await fetch("x:");',
    ] as const,
    [
      `the locale in ${room}`,
      "no-restricted-properties",
      `src/${room}/locale.ts`,
      "export const a = (x: string, y: string): number => x.localeCompare(y);",
    ] as const,
  ]),
  [
    "the clock in the room's own file on time",
    "no-restricted-properties",
    "src/domain/instant.ts",
    "export const a = (): number => Date.now();",
  ],
];

/** What is lawful although it looks like a breach. */
const lawful: readonly (readonly [name: string, file: string, text: string])[] = [
  ["a parser may assert what it has checked", "src/storage/read/row.ts", "export const a = (x: unknown): string => x as string;"],
  ["as const is no assertion", "src/http/const.ts", 'export const a = ["b"] as const;'],
  ["the file on time may read a date", "src/domain/instant.ts", "export const a = (x: string): number => Date.parse(x);"],
  ["main.ts reads the environment", "src/main.ts", 'export const a = process.env["A"];'],
  [
    "a floor that a default guards is exhaustive",
    "src/domain/default.ts",
    'export function a(x: "b" | "c"): number {\n  switch (x) {\n    case "b":\n      return 1;\n    default:\n      return 2;\n  }\n}',
  ],
];

interface Diagnostic {
  readonly filename: string;
  readonly code: string;
}

describe("the lint", () => {
  let folder: string;
  let found: ReadonlyMap<string, readonly string[]>;
  let foundInLawful: ReadonlyMap<string, readonly string[]>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "reckon-lint-"));
    found = await lint(
      join(folder, "breaches"),
      breaches.map(([, , file, text]) => [file, text]),
    );
    foundInLawful = await lint(
      join(folder, "lawful"),
      lawful.map(([, file, text]) => [file, text]),
    );
  });
  afterAll(async () => await rm(folder, { recursive: true, force: true }));

  it.each(breaches)("refuses %s", (_name, rule, file) => {
    expect(found.get(file)).toContain(rule);
  });

  it.each(lawful)("knows that %s", (_name, file) => {
    expect(foundInLawful.get(file) ?? []).toEqual([]);
  });
});

/** Lints `files` in a folder of their own under the project's rules; answers the rules broken in each file. */
async function lint(
  folder: string,
  files: readonly (readonly [file: string, text: string])[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  await mkdir(folder, { recursive: true });
  await symlink(join(here, "node_modules"), join(folder, "node_modules"));
  for (const name of [".oxlintrc.json", "tsconfig.json"]) await cp(join(here, name), join(folder, name));
  for (const [file, text] of files) {
    await mkdir(join(folder, dirname(file)), { recursive: true });
    await writeFile(join(folder, file), `${text}\n`);
  }
  const broken = new Map<string, string[]>();
  for (const { filename, code } of await diagnostics(folder)) {
    const rule = /\((.*)\)/.exec(code)?.[1] ?? code;
    broken.set(filename, [...(broken.get(filename) ?? []), rule]);
  }
  return broken;
}

/** oxlint exits with 1 when it finds something, which here is the wanted outcome, so only unreadable output is an error. */
async function diagnostics(folder: string): Promise<readonly Diagnostic[]> {
  const binary = join(here, "node_modules", "oxlint", "bin", "oxlint");
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [binary, "--type-aware", "-f", "json"],
      { cwd: folder, maxBuffer: 16 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (stdout.trimStart().startsWith("{")) resolve(stdout);
        else reject(new Error(`oxlint said: ${stdout}${stderr}`, { cause: error }));
      },
    );
  });
  return (JSON.parse(output) as { readonly diagnostics: readonly Diagnostic[] }).diagnostics;
}
