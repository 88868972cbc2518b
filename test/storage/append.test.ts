import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import type { RunHead, Transition } from "../../src/domain/transition.ts";
import { leafOf } from "../../src/ledger/leaf.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { connectAs } from "../support/login.ts";
import { openStore } from "../support/store.ts";
import type { OpenStore } from "../support/store.ts";
import { firstOf, headAfter, newCommand, newRunId, newWorker, runRow, stepRow, transitionOf } from "../support/transitions.ts";
import { until } from "../support/until.ts";

let database: TestDatabase;
let store: OpenStore;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  store = openStore(database.url);
  atEnd(() => store.close());
});

/** Everything that is stored of a run, so that "nothing was written" can be said of all of it. */
async function storedOf(runId: RunId): Promise<unknown> {
  const tables = ["run_head", "run", "step_run", "entry", "artifact", "command"];
  const rows = await Promise.all(
    tables.map((table) => database.rows(`select * from reckoning.${table} where run_id = $1 order by 1, 2, 3`, [runId])),
  );
  return rows;
}

async function begun(change: Partial<Transition> = {}): Promise<{ readonly runId: RunId; readonly head: RunHead }> {
  const first = firstOf(change);
  expect(await store.appender.append(first)).toEqual({ type: "appended" });
  return { runId: first.runId, head: headAfter(first) };
}

describe("a transition", () => {
  test("is written whole: head, run, step, entries, artifacts and command", async () => {
    const runId = newRunId();
    const body = Buffer.from('{"seq":1}');
    const base = transitionOf(runId, null, { leaseHolder: store.worker, command: newCommand() });
    const transition: Transition = { ...base, entries: [...base.entries, { seq: 1, body, leaf: leafOf(body) }] };
    expect(await store.appender.append(transition)).toEqual({ type: "appended" });
    const [head] = await database.rows("select * from reckoning.run_head where run_id = $1", [runId]);
    expect(head).toMatchObject({ entry_count: 2, epoch: 1, leaf: leafOf(body), lease_holder: store.worker, status: "running" });
    const entries = await database.rows("select seq, leaf, body from reckoning.entry where run_id = $1 order by seq", [runId]);
    expect(entries).toEqual(
      transition.entries.map(({ seq, leaf, body: bytes }) => ({ seq, leaf: Buffer.from(leaf), body: Buffer.from(bytes) })),
    );
    const artifacts = await database.rows("select seq, n, role, media_type, salt, content from reckoning.artifact where run_id = $1", [
      runId,
    ]);
    expect(artifacts).toEqual(
      transition.artifacts.map(({ seq, n, role, mediaType, salt, content }) => ({
        seq,
        n,
        role,
        media_type: mediaType,
        salt: Buffer.from(salt),
        content: Buffer.from(content),
      })),
    );
    expect(await database.rows("select initiated_by, status from reckoning.run where run_id = $1", [runId])).toEqual([
      { initiated_by: "alice", status: "running" },
    ]);
    expect(await database.rows("select step_key, status, attempts from reckoning.step_run where run_id = $1", [runId])).toEqual([
      { step_key: "first", status: "RUNNING", attempts: 1 },
    ]);
    expect(await database.rows("select run_id, payload from reckoning.command where command_id = $1", [transition.command?.id])).toEqual([
      { run_id: runId, payload: transition.command?.payload },
    ]);
  });

  test("may carry any text a name or a media type can be, and any bytes", async () => {
    const text = fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((name) => !name.includes("\0") && name.isWellFormed());
    await fc.assert(
      fc.asyncProperty(text, text, fc.uint8Array({ maxLength: 300 }), async (initiatedBy, mediaType, content) => {
        const base = firstOf({ run: runRow({ initiatedBy }) });
        const artifacts = base.artifacts.map((artifact) => ({ ...artifact, mediaType, content }));
        expect(await store.appender.append({ ...base, artifacts })).toEqual({ type: "appended" });
        const [row] = await database.rows<{ initiated_by: string; media_type: string; content: Buffer }>(
          "select r.initiated_by, a.media_type, a.content from reckoning.run r join reckoning.artifact a using (run_id) where r.run_id = $1",
          [base.runId],
        );
        expect(row).toEqual({ initiated_by: initiatedBy, media_type: mediaType, content: Buffer.from(content) });
      }),
      { numRuns: 60 },
    );
  });

  test("leaves the row of the run alone when it does not change it", async () => {
    const { runId, head } = await begun();
    await store.appender.append(transitionOf(runId, head, { changesRun: false, run: runRow({ status: "waiting" }) }));
    expect(await database.rows("select status from reckoning.run where run_id = $1", [runId])).toEqual([{ status: "running" }]);
  });

  test("tells the others by a hint with ids only, and marks what anybody may claim", async () => {
    const listener = await connectAs(database.url);
    const heard: string[] = [];
    listener.on("notification", (notice) => heard.push(notice.payload ?? ""));
    await listener.query("listen reckoning");
    const free = firstOf();
    const held = firstOf({ leaseHolder: store.worker });
    await store.store.write([free, held]);
    await until("the hint is heard", 5_000, () => heard.length > 0);
    await listener.end();
    const [origin, ...ids] = (heard[0] ?? "").split(" ");
    expect(origin).toBe(store.worker);
    expect(ids.toSorted()).toEqual([`+${free.runId}`, held.runId].toSorted());
  });
});

describe("the fence", () => {
  const other = leafOf(Buffer.from("another"));

  test.each<readonly [string, (head: RunHead) => RunHead | null]>([
    ["a count of entries that has moved on", (head) => ({ ...head, entryCount: head.entryCount + 1 })],
    ["a count of entries that was", (head) => ({ ...head, entryCount: head.entryCount - 1 || 5 })],
    ["an epoch that was taken over", (head) => ({ ...head, epoch: head.epoch - 1 })],
    ["an epoch that never was", (head) => ({ ...head, epoch: head.epoch + 1 })],
    ["another leaf", (head) => ({ ...head, leaf: other })],
    ["a run that exists already", () => null],
  ])("%s: nothing is written", async (_, stale) => {
    const { runId, head } = await begun({ epoch: 2 });
    const before = await storedOf(runId);
    const lost = transitionOf(runId, stale(head), {
      epoch: 9,
      run: runRow({ status: "success", endedAt: runRow().createdAt }),
      changedSteps: [stepRow({ status: "SUCCESS", endedSeq: 1 })],
      command: newCommand(),
    });
    expect(await store.appender.append(lost)).toEqual({ type: "fenced" });
    expect(await storedOf(runId)).toEqual(before);
  });

  test("a run that does not exist cannot be gone on with", async () => {
    const runId = newRunId();
    expect(await store.appender.append(transitionOf(runId, { entryCount: 1, leaf: other, epoch: 1 }))).toEqual({ type: "fenced" });
    expect(await storedOf(runId)).toEqual([[], [], [], [], [], []]);
  });

  test("one that is lost spoils no other of the same statement", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom("new", "next", "stale", "exists"), { minLength: 1, maxLength: 30 }), async (kinds) => {
        const runs = await Promise.all(kinds.map(() => begun()));
        const asked = kinds.map((kind, index) => {
          const { runId, head } = runs[index] ?? { runId: newRunId(), head: null };
          if (kind === "new") return firstOf();
          if (kind === "next") return transitionOf(runId, head);
          if (kind === "exists") return transitionOf(runId, null);
          return transitionOf(runId, { entryCount: 1, leaf: other, epoch: 1 });
        });
        const results = await store.store.write(asked);
        expect(results.map((result) => result.type)).toEqual(
          kinds.map((kind) => (kind === "new" || kind === "next" ? "appended" : "fenced")),
        );
        for (const [index, transition] of asked.entries()) {
          const [head] = await database.rows<{ leaf: Buffer }>("select leaf from reckoning.run_head where run_id = $1", [transition.runId]);
          const stands = kinds[index] === "new" || kinds[index] === "next" ? headAfter(transition).leaf : runs[index]?.head.leaf;
          expect(head?.leaf).toEqual(Buffer.from(stands ?? []));
        }
      }),
      { numRuns: 25 },
    );
  });

  test("of many that race for one place exactly one wins, at every place", async () => {
    const racers = [1, 2, 3, 4].map(() => openStore(database.url));
    const { runId, head: start } = await begun();
    let head = start;
    for (let round = 0; round < 40; round += 1) {
      const tries = racers.map(() => transitionOf(runId, head));
      const results = await Promise.all(racers.map((racer, index) => racer.appender.append(tries[index] ?? firstOf())));
      expect(results.map((result) => result.type).toSorted()).toEqual(["appended", "fenced", "fenced", "fenced"]);
      const winner = tries[results.findIndex((result) => result.type === "appended")];
      if (winner !== undefined) head = headAfter(winner);
    }
    expect(await database.rows("select count(*)::int as entries from reckoning.entry where run_id = $1", [runId])).toEqual([
      { entries: 41 },
    ]);
    for (const racer of racers) await racer.close();
  });

  test("writers that hold the same runs in opposite orders never lock each other out", async () => {
    const runs = await Promise.all([...Array(20).keys()].map(() => begun()));
    const stores = [1, 2].map(() => openStore(database.url));
    for (let round = 0; round < 25; round += 1) {
      const stale = runs.map(({ runId }) => transitionOf(runId, { entryCount: 1, leaf: other, epoch: 1 }));
      const live = runs.map(({ runId, head }) => transitionOf(runId, head, { epoch: 1 }));
      const [one, two] = await Promise.all([
        stores[0]?.store.write(live),
        stores[1]?.store.write([...stale, ...live].toReversed().slice(0, 20)),
      ]);
      expect([...(one ?? []), ...(two ?? [])].every((result) => result.type === "appended" || result.type === "fenced")).toBe(true);
      for (const [index, run] of runs.entries()) {
        const [now] = await database.rows<{ entry_count: number; leaf: Buffer; epoch: number }>(
          "select entry_count, leaf, epoch from reckoning.run_head where run_id = $1",
          [run.runId],
        );
        runs[index] = {
          runId: run.runId,
          head: { entryCount: now?.entry_count ?? 0, leaf: now?.leaf ?? other, epoch: now?.epoch ?? 0 },
        };
      }
    }
    for (const one of stores) await one.close();
  });
});

describe("a client's command", () => {
  test("that was carried out before has no second effect, and its answer says by which run and whether it is the same", async () => {
    const command = newCommand("order 1");
    const { runId, head } = await begun({ command });
    const before = await storedOf(runId);
    const again = transitionOf(runId, head, { command });
    expect(await store.appender.append(again)).toEqual({ type: "repeated", runId, samePayload: true });
    const elsewhere = firstOf({ command: { ...newCommand("order 2"), id: command.id } });
    expect(await store.appender.append(elsewhere)).toEqual({ type: "repeated", runId, samePayload: false });
    expect(await storedOf(runId)).toEqual(before);
    expect(await storedOf(elsewhere.runId)).toEqual([[], [], [], [], [], []]);
  });

  test("repeated among others of one statement leaves them alone", async () => {
    const command = newCommand();
    const done = await begun({ command });
    const fresh = firstOf({ command: newCommand() });
    const next = transitionOf(done.runId, done.head);
    const results = await store.store.write([firstOf({ command }), fresh, next]);
    expect(results).toEqual([{ type: "repeated", runId: done.runId, samePayload: true }, { type: "appended" }, { type: "appended" }]);
  });

  test("sent twice at the same moment, in one statement or in two, is carried out once", async () => {
    for (let round = 0; round < 10; round += 1) {
      const command = newCommand();
      const others = [openStore(database.url), openStore(database.url)];
      const tries = [firstOf({ command }), firstOf({ command }), firstOf({ command }), firstOf({ command })];
      const [a, b, c, d] = tries;
      if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error("four tries");
      const results = await Promise.all([
        store.appender.append(a),
        store.appender.append(b),
        others[0]?.appender.append(c),
        others[1]?.appender.append(d),
      ]);
      expect(results.map((result) => String(result?.type)).toSorted()).toEqual(["appended", "repeated", "repeated", "repeated"]);
      const rows = await database.rows("select run_id from reckoning.command where command_id = $1", [command.id]);
      const winner = tries[results.findIndex((result) => result?.type === "appended")];
      expect(rows).toEqual([{ run_id: winner?.runId }]);
      for (const other of others) await other.close();
    }
  });
});

describe("what the database refuses, whoever asks", () => {
  const refused: readonly (readonly [string, (transition: Transition) => Transition])[] = [
    [
      "a leaf that is not the hash of its entry",
      (t) => ({ ...t, entries: t.entries.map((entry) => ({ ...entry, leaf: leafOf(Buffer.from("forged")) })) }),
    ],
    ["an entry of more than 16 KiB", (t) => ({ ...t, entries: t.entries.map((entry) => large(entry.seq, 16_385)) })],
    ["an entry of one byte", (t) => ({ ...t, entries: t.entries.map((entry) => large(entry.seq, 1)) })],
    ["a role that is none", (t) => ({ ...t, artifacts: t.artifacts.map((artifact) => ({ ...artifact, role: "gossip" as never })) })],
    ["an end without a failure code", (t) => ({ ...t, run: runRow({ status: "error", endedAt: runRow().createdAt }) })],
    ["a run that has ended and still goes on", (t) => ({ ...t, run: runRow({ endedAt: runRow().createdAt }) })],
    ["a step that failed without a code", (t) => ({ ...t, newSteps: [stepRow({ status: "FAIL", endedSeq: 0 })] })],
    ["two steps at one position", (t) => ({ ...t, newSteps: [stepRow(), stepRow({ stepKey: "other" as never })] })],
    ["a lease on a run that rests", (t) => ({ ...t, leaseHolder: newWorker(), run: runRow({ status: "waiting" }) })],
  ];

  function large(seq: number, bytes: number): Transition["entries"][number] {
    const body = Buffer.alloc(bytes, "x");
    return { seq, body, leaf: leafOf(body) };
  }

  test.each(refused)("%s: it alone fails, its neighbours of the same moment are written", async (_, broken) => {
    const bad = broken(firstOf());
    const neighbours = [firstOf(), firstOf()];
    const results = await Promise.allSettled([bad, ...neighbours].map((transition) => store.appender.append(transition)));
    expect(results.map((result) => result.status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(results[0]).toMatchObject({ reason: { code: "database_refused" } });
    expect(await storedOf(bad.runId)).toEqual([[], [], [], [], [], []]);
    for (const neighbour of neighbours)
      expect(await database.rows("select from reckoning.entry where run_id = $1", [neighbour.runId])).toHaveLength(1);
  });

  test("a gap between entries is our own fault and never reaches the database", async () => {
    const { runId, head } = await begun();
    const transition = transitionOf(runId, head);
    const gap = { ...transition, entries: transition.entries.map((entry) => ({ ...entry, seq: entry.seq + 1 })) };
    await expect(store.appender.append(gap)).rejects.toThrow("follows entry 0");
    expect(await store.appender.append(transition)).toEqual({ type: "appended" });
  });
});

test("many at once go out together, every one is answered, and the largest batch is whole", async () => {
  const sizes: number[] = [];
  const counting = openStore(database.url, {
    watch: (inner) => ({
      ...inner,
      write: (transitions) => {
        sizes.push(transitions.length);
        return inner.write(transitions);
      },
    }),
  });
  const all = [...Array(600).keys()].map(() => firstOf());
  const results = await Promise.all(all.map((transition) => counting.appender.append(transition)));
  expect(results.every((result) => result.type === "appended")).toBe(true);
  expect(Math.max(...sizes)).toBe(256);
  expect(sizes.length).toBeLessThan(8);
  await counting.close();
  await expect(counting.appender.append(firstOf())).rejects.toMatchObject({ code: "shutting_down" });
});
