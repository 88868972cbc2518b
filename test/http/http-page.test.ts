import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { inputDepthMax, memberCountMax } from "../../src/domain/strict-json.ts";
import { bodyBytesMax, headerBytesMax, headersMsMax, idleConnectionMsMax, silentConnectionMsMax } from "../../src/http/limits.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

// What docs/http.md tells a reader to type, typed; and what it says of limits, held against the program.

const page = readFileSync(new URL("../../docs/http.md", import.meta.url), "utf8");
const commands = [...page.matchAll(/```sh\n([^]*?)\n# (\d{3}) (.*)\n```/g)].map(([, command = "", status = "", shown = ""]) => ({
  command,
  status: Number(status),
  shown,
}));
const atEnd = closeAfterAll();
let server: ReckonServer;

beforeAll(async () => {
  const database = await createTestDatabase();
  atEnd(() => database.drop());
  server = await startServer(database.url);
  atEnd(() => server.kill("SIGTERM"));
});

describe("docs/http.md", () => {
  test("its commands take a run from its task to its end", async () => {
    const names = new Map<string, string>();
    expect(commands.length).toBe(8);
    for (const { command, status, shown } of commands) {
      const named = [...names].reduce((text, [name, id]) => text.replaceAll(new RegExp(`\\b${name}\\b`, "g"), id), command);
      const { url, ...sent } = readCurl(named);
      const response = await fetch(url.replace("http://127.0.0.1:8000", server.url), sent);
      const body = await response.text();
      expect(response.status, `${named}\n${body}`).toBe(status);
      learn(shown, body, names);
    }
    expect([...names.keys()]).toEqual(["TASK", "MANIFEST", "RUN", "STEP"]);
  });

  test("its limits are the program's", () => {
    const config = parseConfig({ DATABASE_URL: "postgresql://a/b" });
    if (!config.ok) throw new Error("the defaults are refused");
    const { limits, actorPerMinuteMax, actorInflightMax } = config.value.http;
    const rows = new Map(
      [...page.matchAll(/^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]*)\|$/gm)].map(([, name = "", value = ""]) => [name, value]),
    );
    expect(Object.fromEntries(rows)).toMatchObject({
      body: `${bodyBytesMax / 1_048_576} MiB`,
      "depth of a body; members and items": `${inputDepthMax}; ${memberCountMax.toLocaleString("en-US")}`,
      "request line and headers": `${headerBytesMax / 1024} KiB`,
      "time for the headers to arrive": `${headersMsMax / 1000} s`,
      "time for a whole request to arrive": `${limits.requestMsMax / 1000} s`,
      "requests in progress": String(limits.inflightMax),
      "event streams and waiting answers": String(limits.heldMax),
      "requests a second from one address": limits.ratePerSecondMax === null ? "none" : String(limits.ratePerSecondMax),
      "requests a minute of one person": String(actorPerMinuteMax),
      "requests in progress of one person": String(actorInflightMax),
      "silence of a connection in a request": `${silentConnectionMsMax / 60_000} min`,
      "idle connection": `${idleConnectionMsMax / 1000} s`,
      "quiet event stream": `a comment every ${limits.heartbeatMs / 1000} s`,
    });
    const known = new Set(config.value.settings.map(({ name }) => name));
    for (const [name] of page.matchAll(/\bRECKONING_[A-Z_]+\b/g)) expect(known, name).toContain(name);
  });
});

/** The request that a curl command line sends: options -X, -H, -d and -sS, and the address; quoting as a shell has it. */
function readCurl(command: string): {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
} {
  const words = [...command.replaceAll("\\\n", " ").matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
  expect(words.shift()).toBe("curl");
  const headers: Record<string, string> = {};
  let method: string | undefined;
  let body: string | undefined;
  let url = "";
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === "-X") method = words.shift();
    else if (word === "-d") body = words.shift();
    else if (word === "-H") {
      const header = words.shift() ?? "";
      headers[header.slice(0, header.indexOf(":"))] = header.slice(header.indexOf(":") + 1).trim();
    } else if (word !== "-sS") url = word;
  }
  return { url, method: method ?? (body === undefined ? "GET" : "POST"), headers, ...(body === undefined ? {} : { body }) };
}

/** Takes up the ids that the shown answer gives names to, and checks what else it shows. */
function learn(shown: string, body: string, names: Map<string, string>): void {
  for (const [, member = "", value = ""] of shown.matchAll(/"(\w+)": "?([\w]+)"?/g)) {
    const actual = new RegExp(`"${member}":"?([^",}]*)`).exec(body)?.[1];
    if (/^[A-Z]+$/.test(value) && member.endsWith("id")) {
      expect(names.get(value) ?? actual, member).toBe(actual);
      names.set(value, actual ?? "");
    } else expect(actual, member).toBe(value);
  }
}
