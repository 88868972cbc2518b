import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseConfig } from "../src/config.ts";
import { apiOf } from "./support/api.ts";
import { closeAfterAll } from "./support/close-after-all.ts";
import { freePort } from "./support/free-port.ts";
import { startReckon } from "./support/server.ts";
import { until } from "./support/until.ts";

// What the README tells a newcomer to type, typed. `npm ci` is left to .ci/run, which begins with it.

const root = fileURLToPath(new URL("../", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const blocks = [...readme.matchAll(/```sh\n([^]*?)```/g)].map(([, block = ""]) => block);
const atEnd = closeAfterAll();

function blockWith(words: string): string {
  const found = blocks.filter((block) => block.includes(words));
  expect(found).toHaveLength(1);
  return found[0] ?? "";
}

describe("the README", () => {
  test("what npm start starts is taken to its end by the commands that follow", async () => {
    expect(blocks[0]).toBe("npm ci && npm start\n");
    expect(JSON.parse(readFileSync(join(root, "package.json"), "utf8"))).toMatchObject({ scripts: { start: "node bin/reckon.js dev" } });
    const folder = mkdtempSync(join(tmpdir(), "reckoning-readme-"));
    // PostgreSQL's own account must be able to walk down to its data.
    chmodSync(folder, 0o755);
    atEnd(() => rmSync(folder, { recursive: true }));
    const port = String(await freePort());
    const env = { RECKONING_DATA_DIR: folder, PORT: port };
    const dev = startReckon(["dev"], env);
    atEnd(() => dev.kill("SIGTERM"));
    const api = apiOf(`http://127.0.0.1:${port}`);
    await until(
      "the example's run waits",
      60_000,
      async () => dev.output().includes("reckon attest") && (await waitingRun(api)) !== undefined,
    );
    const run = (await waitingRun(api)) ?? "";

    const commands = blockWith("npx reckon attest RUN").replaceAll(/\bRUN\b/g, run);
    // In a folder that looks like the checkout to these commands, since some of them write files where they are typed.
    const place = join(folder, "typed");
    mkdirSync(place);
    symlinkSync(join(root, "examples"), join(place, "examples"));
    const script = `set -euo pipefail\nnpx() { shift; "$NODE" "$LAUNCHER" "$@"; }\n${commands}`;
    const child = spawn("bash", ["-c", script], {
      cwd: place,
      env: { PATH: process.env["PATH"], HOME: folder, NODE: process.execPath, LAUNCHER: join(root, "bin/reckon.js"), ...env },
    });
    const closed = once(child, "close").then(([code]) => code as number);
    const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), closed]);
    expect({ code, err }).toMatchObject({ code: 0 });
    expect(out).toContain("OK: 1 run");
    expect((await api.run(run)).status).toBe("success");
  }, 120_000);

  test("every line of environment it proposes is a configuration", () => {
    const lines = blocks.flatMap((block) => block.split("\n")).filter((line) => /^[A-Z_]+=/.test(line));
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) {
      const env = Object.fromEntries([...line.matchAll(/\b([A-Z_]+)=(\S+)/g)].map(([, name = "", value = ""]) => [name, value]));
      expect(parseConfig(env), line).toMatchObject({ ok: true });
    }
  });
});

async function waitingRun(api: ReturnType<typeof apiOf>): Promise<string | undefined> {
  const runs = await api.send<readonly { readonly id: string }[]>("GET", "/api/runs?status=waiting");
  return runs.body[0]?.id;
}
