import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatSignerKey, keyTypes } from "../../src/ledger/note-key.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

const origin = "example.org/fuzzed";

/** A server that has everything a request could reach: it also signs its log, so that checkpoints, tiles and proofs are served. */
export async function startFuzzed(databaseUrl: string): Promise<ReckonServer> {
  const folder = mkdtempSync(join(tmpdir(), "reckoning-fuzzed-"));
  const keyFile = join(folder, "log.key");
  writeFileSync(keyFile, `${formatSignerKey(origin, keyTypes.ed25519, randomBytes(32))}\n`, { mode: 0o600 });
  const server = await startServer(databaseUrl, {
    RECKONING_HTTP_REQUEST_SECONDS: "5",
    RECKONING_LOG_ORIGIN: origin,
    RECKONING_LOG_KEY_FILE: keyFile,
    RECKONING_ANCHOR_FILE: join(folder, "anchor.jsonl"),
  });
  return {
    ...server,
    async kill(signal) {
      await server.kill(signal);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** What a server said that it should never have to say. */
export function troubleOf(server: ReckonServer): readonly string[] {
  return server
    .output()
    .split("\n")
    .filter((line) => /"level":"(error|fatal)"|[Uu]nhandled/.test(line));
}

export const fuzzedOrigin = { RECKONING_LOG_ORIGIN: origin };
