import { spawn, type ChildProcessByStdio } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const bin = fileURLToPath(new URL("../bin", import.meta.url));

// The entry point does what its first argument asks for, and says who it is once it is ready to be disturbed.
const entry = `
const [wish = "", ...rest] = process.argv.slice(2);
if (wish === "code") process.exitCode = 5;
if (wish === "stay") {
  process.on("SIGTERM", () => { console.log("asked to stop"); process.exit(7); });
  setInterval(() => undefined, 1000);
}
console.log(JSON.stringify({ file: import.meta.filename.split(/[\\\\/]/).slice(-2).join("/"), wish, rest, pid: process.pid, parent: process.ppid }));
if (wish === "die") process.kill(process.pid, "SIGKILL");
`;

interface Greeting {
  readonly file: string;
  readonly wish: string;
  readonly rest: readonly string[];
  readonly pid: number;
  readonly parent: number;
}

describe("the launcher", () => {
  let folder: string;
  let root: string;
  const running: ChildProcessByStdio<null, Readable, Readable>[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "reckon-launcher-"));
    root = join(folder, "package");
    await install(root, ">=22.12");
  });
  afterEach(async () => {
    for (const child of running.splice(0)) child.kill("SIGKILL");
    await rm(folder, { recursive: true, force: true });
  });

  it("runs the sources of a checkout in its own process", async () => {
    await write("src/main.ts", `${entry}const typed: number = 1; void typed;`);
    await write("dist/main.js", entry);
    const { code, greeting, pid } = await run("code", "--help");
    expect(greeting).toMatchObject({ file: "src/main.ts", wish: "code", rest: ["--help"], pid });
    expect(code).toBe(5);
  });

  it("runs the built program of a package without sources", async () => {
    await write("dist/main.js", entry);
    expect((await run()).greeting.file).toBe("dist/main.js");
  });

  it("runs the built program below node_modules, where Node strips no types", async () => {
    root = join(folder, "node_modules", "reckoning-machine");
    await install(root, ">=22.12");
    await write("src/main.ts", entry);
    await write("dist/main.js", entry);
    expect((await run()).greeting.file).toBe("dist/main.js");
  });

  it("says what is missing when there is nothing to run", async () => {
    const { code, errors } = await run();
    expect(errors).toMatch(/^reckon: there is nothing to run: [^\n]*\n$/);
    expect(code).toBe(78);
  });

  it("says in one sentence which Node is needed when this one is too old", async () => {
    await install(root, ">=99.1");
    await write("src/main.ts", entry);
    const { code, errors, output } = await run();
    expect(errors).toBe(
      `reckon: Node 99.1 or newer is needed, this is ${process.versions.node}; install it, or run \`npm ci\` in a checkout, which brings one.\n`,
    );
    expect(output).toBe("");
    expect(code).toBe(78);
  });

  it("does not take a pinned Node whose installer was blocked for one that is there", async () => {
    await install(root, ">=99.1");
    await write("node_modules/node/package.json", '{"version": "99.1.0"}');
    await write("src/main.ts", entry);
    expect((await run()).code).toBe(78);
  });

  it("does not take a pinned Node that is too old itself", async () => {
    await install(root, ">=99.1");
    await pinNode("99.0.9");
    await write("src/main.ts", entry);
    expect((await run()).code).toBe(78);
  });

  describe("when it starts the pinned Node", () => {
    beforeEach(async () => {
      await install(root, ">=99.1");
      await pinNode("99.1.0");
      await write("src/main.ts", entry);
    });

    it("passes arguments on and ends with the same exit code", async () => {
      const { code, greeting, pid } = await run("code", "--", "a b");
      expect(greeting).toMatchObject({ wish: "code", rest: ["--", "a b"], parent: pid });
      expect(code).toBe(5);
    });

    it("ends by the same signal", async () => {
      expect((await run("die")).signal).toBe("SIGKILL");
    });

    it("passes a signal on and waits for the end", async () => {
      const child = launch("stay");
      await firstLine(child);
      child.kill("SIGTERM");
      expect(await ended(child)).toEqual({ code: 7, signal: null });
    });

    it("leaves no process behind when it is killed outright", async () => {
      const child = launch("stay");
      await firstLine(child);
      // Both hold the pipe open, so it ends only when both are gone.
      const rest = text(child.stdout);
      child.kill("SIGKILL");
      expect(await rest).toContain("asked to stop");
    });
  });

  async function install(folder: string, node: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    await cp(bin, join(folder, "bin"), { recursive: true });
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module", engines: { node } }));
  }

  async function write(path: string, content: string): Promise<void> {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), content);
  }

  async function pinNode(version: string): Promise<void> {
    await write("node_modules/node/package.json", JSON.stringify({ version }));
    await mkdir(join(root, "node_modules/node/bin"));
    await symlink(process.execPath, join(root, "node_modules/node/bin/node"));
  }

  function launch(...args: readonly string[]): ChildProcessByStdio<null, Readable, Readable> {
    const child = spawn(process.execPath, [join(root, "bin", "reckon.js"), ...args], { stdio: ["ignore", "pipe", "pipe"] });
    running.push(child);
    return child;
  }

  async function run(...args: readonly string[]) {
    const child = launch(...args);
    const [output, errors, end] = await Promise.all([text(child.stdout), text(child.stderr), ended(child)]);
    return { ...end, output, errors, pid: child.pid, greeting: JSON.parse(output === "" ? "null" : output) as Greeting };
  }
});

async function ended(child: ChildProcessByStdio<null, Readable, Readable>) {
  return await new Promise<{ readonly code: number | null; readonly signal: string | null }>((resolve) => {
    child.once("exit", (code, signal) => resolve({ code, signal }));
  });
}

async function firstLine(child: ChildProcessByStdio<null, Readable, Readable>): Promise<void> {
  await new Promise((resolve) => child.stdout.once("readable", resolve));
}
