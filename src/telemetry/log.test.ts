import { spawn } from "node:child_process";
import { readFile, rm, mkdtemp, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openLog } from "./log.ts";

async function linesOf(write: (log: ReturnType<typeof openLog>["log"]) => void): Promise<readonly Record<string, unknown>[]> {
  const folder = await mkdtemp(join(tmpdir(), "reckon-log-"));
  const file = await open(join(folder, "log"), "w");
  try {
    const output = openLog({ level: "info", fd: file.fd, base: { version: "0.0.0" } });
    write(output.log);
    await output.close();
    const text = await readFile(join(folder, "log"), "utf8");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  } finally {
    await file.close();
    await rm(folder, { recursive: true });
  }
}

test("a line is one JSON object with level, time, base, fields and message", async () => {
  const [line] = await linesOf((log) => log.info({ run_id: "r1" }, "run started"));
  expect(line).toMatchObject({ level: "info", version: "0.0.0", run_id: "r1", message: "run started" });
  expect(line?.["time"]).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
});

test("names that could carry a secret or a body are redacted, also one level down", async () => {
  const [line] = await linesOf((log) => log.info({ apiKey: "k-1", call: { prompt: "p-1", headers: { authorization: "a-1" } } }, "call"));
  expect(JSON.stringify(line)).not.toMatch(/k-1|p-1|a-1/);
});

test("an error is written with code and causes and without what a driver hung on it", async () => {
  const error = Object.assign(new Error("no connection", { cause: new Error("refused") }), {
    code: "ECONNREFUSED",
    parameters: ["a row of somebody"],
  });
  const [line] = await linesOf((log) => log.error({ err: error }, "failed"));
  expect(line?.["err"]).toMatchObject({ code: "ECONNREFUSED", message: "no connection", cause: { message: "refused" } });
  expect(JSON.stringify(line)).not.toContain("a row of somebody");
});

test("below its level nothing is written", async () => {
  expect(await linesOf((log) => log.debug({}, "quiet"))).toEqual([]);
});

test("a reader that closes the pipe does not end the process", async () => {
  const program = `
    import { openLog } from ${JSON.stringify(new URL("./log.ts", import.meta.url).href)};
    const { log } = openLog({ level: "info", fd: 1, base: {} });
    log.info({}, "first");
    process.stdin.once("data", () => {
      let rounds = 0;
      const timer = setInterval(() => {
        log.info({}, "nobody reads this");
        if (++rounds === 50) { clearInterval(timer); process.stderr.write("still here"); process.stdin.destroy(); }
      }, 1);
    });`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "pipe"] });
  let told = "";
  child.stderr.on("data", (chunk: Buffer) => (told += chunk.toString()));
  await new Promise((resolve) => child.stdout.once("data", resolve));
  child.stdout.destroy();
  child.stdin.write("go\n");
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect({ code, told }).toEqual({ code: 0, told: "still here" });
});
