import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import { claimRuns, releaseLeases, renewLeases } from "../../src/storage/write/lease.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { connectAs } from "../support/login.ts";
import { openStore } from "../support/store.ts";
import type { OpenStore } from "../support/store.ts";
import { firstOf, headAfter, newWorker, runRow, transitionOf } from "../support/transitions.ts";
import { until } from "../support/until.ts";

let database: TestDatabase;
let store: OpenStore;
const leaseMs = 30_000;

beforeEach(async () => {
  database = await createTestDatabase();
  onTestFinished(() => database.drop());
  store = openStore(database.url);
  onTestFinished(() => store.close());
});

interface Held {
  readonly epoch: number;
  readonly lease_holder: string | null;
  readonly left_ms: number | null;
}

async function leaseOf(runId: RunId): Promise<Held | undefined> {
  const rows = await database.rows<Held>(
    "select epoch, lease_holder, round(extract(epoch from lease_until - clock_timestamp()) * 1000)::int as left_ms from reckoning.run_head where run_id = $1",
    [runId],
  );
  return rows[0];
}

/** Runs that nobody holds, oldest first. */
async function freeRuns(count: number): Promise<readonly RunId[]> {
  const runs = [...Array(count).keys()].map(() => firstOf());
  await store.store.write(runs);
  return runs.map((run) => run.runId).toSorted();
}

const expire = (runId: RunId) =>
  database.rows("update reckoning.run_head set lease_until = clock_timestamp() - interval '1 millisecond' where run_id = $1", [runId]);

describe("claiming", () => {
  test("takes the oldest free runs, at most so many, each under the next epoch and until then", async () => {
    const runs = await freeRuns(5);
    const worker = newWorker();
    const claimed = await claimRuns(store.db, { worker, leaseMs, limit: 3 });
    expect(claimed).toEqual(runs.slice(0, 3).map((runId) => ({ runId, epoch: 2 })));
    for (const runId of runs.slice(0, 3)) {
      const lease = await leaseOf(runId);
      expect(lease).toMatchObject({ epoch: 2, lease_holder: worker });
      expect(lease?.left_ms).toBeGreaterThan(leaseMs - 5_000);
      expect(lease?.left_ms).toBeLessThanOrEqual(leaseMs);
    }
    expect(await claimRuns(store.db, { worker: newWorker(), leaseMs, limit: 10 })).toEqual(
      runs.slice(3).map((runId) => ({ runId, epoch: 2 })),
    );
    expect(await claimRuns(store.db, { worker: newWorker(), leaseMs, limit: 10 })).toEqual([]);
  });

  test("leaves alone what waits for people and what has ended", async () => {
    const ended = runRow({ status: "success", endedAt: runRow().createdAt });
    await store.store.write([firstOf({ run: runRow({ status: "waiting" }) }), firstOf({ run: ended })]);
    expect(await claimRuns(store.db, { worker: newWorker(), leaseMs, limit: 10 })).toEqual([]);
  });

  test("skips a row that somebody has locked instead of waiting for it", async () => {
    const [first, second] = await freeRuns(2);
    const session = await connectAs(database.url);
    await session.query("begin");
    await session.query("select from reckoning.run_head where run_id = $1 for update", [first]);
    expect(await claimRuns(store.db, { worker: newWorker(), leaseMs, limit: 10 })).toEqual([{ runId: second, epoch: 2 }]);
    await session.query("rollback");
    await session.end();
  });

  test("by eight at once gives each run to one of them", async () => {
    const runs = await freeRuns(120);
    const stores = [...Array(8).keys()].map(() => openStore(database.url));
    const taken = await Promise.all(
      stores.map(async ({ db, worker }) => {
        const mine: RunId[] = [];
        for (;;) {
          const claimed = await claimRuns(db, { worker, leaseMs, limit: 7 });
          if (claimed.length === 0) return mine;
          mine.push(...claimed.map((run) => run.runId));
        }
      }),
    );
    expect(taken.flat().toSorted()).toEqual(runs);
    for (const [index, mine] of taken.entries())
      for (const runId of mine) expect(await leaseOf(runId)).toMatchObject({ epoch: 2, lease_holder: stores[index]?.worker });
    for (const one of stores) await one.close();
  });

  test("takes over only when the lease has run out by the database's clock", async () => {
    const run = firstOf({ leaseHolder: store.worker });
    await store.store.write([run]);
    const other = newWorker();
    expect(await claimRuns(store.db, { worker: other, leaseMs, limit: 10 })).toEqual([]);
    await expire(run.runId);
    expect(await claimRuns(store.db, { worker: other, leaseMs, limit: 10 })).toEqual([{ runId: run.runId, epoch: 2 }]);
  });

  test("finds a short lease run out by itself", async () => {
    const brief = openStore(database.url, { leaseMs: 300 });
    const run = firstOf({ leaseHolder: brief.worker });
    await brief.store.write([run]);
    const claim = () => claimRuns(store.db, { worker: newWorker(), leaseMs, limit: 10 });
    expect(await claim()).toEqual([]);
    await until("the lease has run out", 5_000, async () => (await claim()).length === 1);
    await brief.close();
  });
});

describe("a lease that was taken over", () => {
  test("refuses the writes of the holder before, whose epoch is over", async () => {
    const run = firstOf({ leaseHolder: store.worker });
    await store.store.write([run]);
    await expire(run.runId);
    const other = newWorker();
    await claimRuns(store.db, { worker: other, leaseMs, limit: 1 });
    expect(await store.appender.append(transitionOf(run.runId, headAfter(run), { leaseHolder: store.worker }))).toEqual({ type: "fenced" });
    expect(await leaseOf(run.runId)).toMatchObject({ epoch: 2, lease_holder: other });
  });

  test("is not prolonged by that holder either, nor let go of", async () => {
    const run = firstOf({ leaseHolder: store.worker });
    await store.store.write([run]);
    await expire(run.runId);
    const other = newWorker();
    await claimRuns(store.db, { worker: other, leaseMs, limit: 1 });
    expect(await renewLeases(store.db, { worker: store.worker, leaseMs, runs: [{ runId: run.runId, epoch: 1 }] })).toEqual(new Set());
    await releaseLeases(store.db, store.worker);
    expect(await leaseOf(run.runId)).toMatchObject({ epoch: 2, lease_holder: other });
  });
});

describe("keeping", () => {
  test("prolongs what is held under this epoch by this worker, and names just that", async () => {
    const mine = firstOf({ leaseHolder: store.worker });
    const olderEpoch = firstOf({ leaseHolder: store.worker, epoch: 3 });
    const foreign = firstOf({ leaseHolder: newWorker() });
    const free = firstOf();
    await store.store.write([mine, olderEpoch, foreign, free]);
    await expire(mine.runId);
    const runs = [mine, olderEpoch, foreign, free].map((run) => ({ runId: run.runId, epoch: 1 }));
    expect(await renewLeases(store.db, { worker: store.worker, leaseMs, runs })).toEqual(new Set([mine.runId]));
    expect((await leaseOf(mine.runId))?.left_ms).toBeGreaterThan(leaseMs - 5_000);
    expect(await leaseOf(free.runId)).toMatchObject({ epoch: 1, lease_holder: null });
  });

  test("every append of the holder prolongs too, and one that lets go frees the run", async () => {
    const run = firstOf({ leaseHolder: store.worker });
    await store.store.write([run]);
    await expire(run.runId);
    const next = transitionOf(run.runId, headAfter(run), { leaseHolder: store.worker });
    expect(await store.appender.append(next)).toEqual({ type: "appended" });
    expect((await leaseOf(run.runId))?.left_ms).toBeGreaterThan(leaseMs - 5_000);
    await store.appender.append(transitionOf(run.runId, headAfter(next), { run: runRow({ status: "waiting" }) }));
    expect(await leaseOf(run.runId)).toMatchObject({ lease_holder: null, left_ms: null });
  });

  test("letting go of everything leaves the runs of others", async () => {
    const [mine, foreign] = [firstOf({ leaseHolder: store.worker }), firstOf({ leaseHolder: newWorker() })];
    await store.store.write([mine, foreign]);
    await releaseLeases(store.db, store.worker);
    expect(await leaseOf(mine.runId)).toMatchObject({ epoch: 1, lease_holder: null });
    expect((await leaseOf(foreign.runId))?.lease_holder).toBe(foreign.leaseHolder);
  });
});
