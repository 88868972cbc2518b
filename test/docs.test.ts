import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { makeProgram } from "../src/cli/main.ts";
import { parseConfig } from "../src/config.ts";
import { failureCodes } from "../src/domain/failure.ts";
import { logAlarmCodes } from "../src/runtime/log/log-alarm.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const pages = readdirSync(root)
  .filter((file) => file.endsWith(".md"))
  .concat(readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((file) => join("docs", file)))
  .concat(["bench/README.md", "examples/quarterly-report/README.md"])
  .filter((file) => file.endsWith(".md"));
const runbook = readFileSync(join(root, "RUNBOOK.md"), "utf8");

function programOf(): ReturnType<typeof makeProgram> {
  const silent = { write: () => true };
  const io = { env: {}, stdout: silent, stderr: silent, version: "0", signal: new AbortController().signal };
  return makeProgram({ io: io as never, say: () => undefined, end: () => undefined });
}

/** GitHub's anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

function anchorsOf(file: string): readonly string[] {
  return [...readFileSync(file, "utf8").matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading));
}

describe("the documents", () => {
  test.each(pages)("%s links only to what exists", (page) => {
    const text = readFileSync(join(root, page), "utf8").replaceAll(/```[^]*?```/g, "");
    const broken = [...text.matchAll(/\]\(([^)\s]+)\)/g)]
      .map(([, target = ""]) => target)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const file = path === "" ? join(root, page) : join(root, dirname(page), path);
        if (!existsSync(file)) return true;
        return anchor !== undefined && !statSync(file).isDirectory() && !anchorsOf(file).includes(anchor);
      });
    expect(broken).toEqual([]);
  });

  test("the README names what a visitor looks for", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8");
    for (const target of ["RUNBOOK.md", "ARCHITECTURE.md", "CHANGELOG.md", "docs/cli.md", "docs/format/", "docs/adr/"])
      expect(readme).toContain(`](${target})`);
  });

  test("decisions are numbered once each, and none says less than the four things", () => {
    const decisions = readdirSync(join(root, "docs/adr")).filter((file) => file.endsWith(".md"));
    const numbers = decisions.map((file) => file.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
    for (const file of decisions)
      expect(readFileSync(join(root, "docs/adr", file), "utf8"), file).toMatch(
        /## Context[^]*## Decision[^]*## Consequences[^]*## What would change our mind/,
      );
  });

  test("every command that is quoted exists, with every flag", () => {
    const commands = programOf().commands;
    const quoted = pages
      .filter((page) => !page.startsWith("docs/cli.md"))
      .flatMap((page) =>
        [...readFileSync(join(root, page), "utf8").matchAll(/^(?:[A-Z_]+=\S+ )*(?:npx )?reckon ([^#\n|&>]*(?:\\\n[^\n#]*)*)/gm)].map(
          ([, text = ""]) => text,
        ),
      );
    expect(quoted.length).toBeGreaterThan(10);
    const unknown = quoted.filter((text) => {
      const [name, ...words] = text.split(/[\s\\]+/);
      const group = commands.find((known) => known.name() === name);
      const command = group?.commands.find((known) => known.name() === words[0]) ?? group;
      const flags = words.filter((word) => word.startsWith("--")).map((word) => word.split("=")[0]);
      return command === undefined || flags.some((flag) => !command.options.some((option) => option.long === flag));
    });
    expect(unknown).toEqual([]);
  });

  test("every npm script and every stage of .ci/run starts something that exists", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      readonly scripts: Readonly<Record<string, string>>;
    };
    const files = Object.values(scripts).flatMap((script) =>
      [...script.matchAll(/\bnode ([\w/.-]+\.[jt]s)/g)].map(([, file = ""]) => file),
    );
    expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    const stages = [...readFileSync(join(root, ".ci/run"), "utf8").matchAll(/npm run (?:--\S+ )*([\w:-]+)/g)].map(([, name = ""]) => name);
    expect(stages.filter((name) => !(name in scripts))).toEqual([]);
  });

  test("the rooms of ARCHITECTURE.md are those that stand in src", () => {
    const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
    const rooms = readdirSync(join(root, "src"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect([...text.matchAll(/^\| `src\/(\w+)\/` \|/gm)].map(([, room = ""]) => room).toSorted()).toEqual(
      rooms.map(({ name }) => name).toSorted(),
    );
  });

  test("nobody is promised more than evidence", () => {
    for (const page of pages) expect(readFileSync(join(root, page), "utf8"), page).not.toMatch(/tamper-?proof/i);
  });
});

describe("the runbook", () => {
  test("lists every variable once with its default", () => {
    const parsed = parseConfig({});
    if (!parsed.ok) throw new Error("the empty environment is a configuration");
    const rows = [...runbook.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|/gm)].map(
      ([, name = "", otherwise = ""]) => `${name} ${otherwise.trim()}`,
    );
    const settings = parsed.value.settings.map(({ name, value }) => `${name} ${value ?? "–"}`);
    expect(rows.toSorted()).toEqual(settings.toSorted());
  });

  test("says what to look at for every code a step can fail with", () => {
    const section = runbook.slice(runbook.indexOf("### Runs end in error"), runbook.indexOf("### The disk is full"));
    expect(failureCodes.filter((code) => code !== "cancelled" && !section.includes(`\`${code}\``))).toEqual([]);
  });

  test("has an answer to every alarm of the log", () => {
    expect(logAlarmCodes.filter((code) => !runbook.includes(`\`${code}\``))).toEqual([]);
  });

  test("numbers the promises as their tests do", () => {
    const promises = [...runbook.matchAll(/^([1-8])\. \*\*/gm)].map(([, number]) => number);
    expect(promises).toEqual(["1", "2", "3", "4", "5", "6", "7", "8"]);
    const folder = join(root, "test/promises");
    const tests = readdirSync(folder)
      .map((file) => readFileSync(join(folder, file), "utf8"))
      .join("\n");
    for (const number of promises) expect(tests).toMatch(new RegExp(`describe\\("promise ${number}: `));
  });
});
