// Records the golden runs of the engine version at hand: one run of each kind, by the real server against a scripted provider on
// an embedded PostgreSQL, exported as bundles without report and description (which may change while the record may not).
// `npm run golden` adds what is missing. A golden run that is there is never written again: it is the past.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { engineVersion } from "../../src/engine/make-plan.ts";
import { startEmbeddedPostgres } from "../../src/storage/embedded/embedded-postgres.ts";
import { migrate } from "../../src/storage/migrate.ts";
import { readTar, writeTar } from "../../src/verify/bundle/tar.ts";
import { runKinds } from "../support/run-kinds.ts";
import { setStage } from "../support/stage.ts";

const folder = fileURLToPath(new URL(`./engine-${engineVersion}/`, import.meta.url));
const missing = Object.entries(runKinds).filter(([kind]) => !existsSync(join(folder, `${kind}.tar`)));
if (missing.length === 0) console.log("every kind has its golden run");
else await record();

async function record(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), "reckoning-golden-"));
  const postgres = await startEmbeddedPostgres({ dataDir: join(scratch, "data") });
  try {
    await migrate(postgres.url);
    const stage = await setStage(postgres.url);
    try {
      for (const [kind, make] of missing) {
        const id = await make(stage);
        const answer = await fetch(`${stage.server().url}/api/runs/${id}/export`);
        const read = readTar(new Uint8Array(await answer.arrayBuffer()));
        if (!read.ok) throw new Error(`${kind}: the export cannot be read`);
        const kept = read.value.filter(({ name }) => name !== "report.html" && name !== "bundle.json");
        writeFileSync(join(folder, `${kind}.tar`), Buffer.concat([...writeTar(kept)]), { flag: "wx" });
        console.log(`${kind}: run ${id}`);
      }
    } finally {
      await stage.close();
    }
  } finally {
    await postgres.stop("immediate");
    rmSync(scratch, { recursive: true, force: true });
    rmSync(postgres.dataDir, { recursive: true, force: true });
  }
}
