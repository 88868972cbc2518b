import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { RunId } from "../../src/domain/ids.ts";
import type { AppendResult, RunHead, Transition } from "../../src/domain/transition.ts";
import type { AppendStore } from "../../src/storage/write/append.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { diceFrom } from "../support/random-run.ts";
import { openStore } from "../support/store.ts";
import { openTcpLink } from "../support/tcp-link.ts";
import type { Cut } from "../support/tcp-link.ts";
import { firstOf, headAfter, newCommand, newRunId, transitionOf } from "../support/transitions.ts";

// A connection that breaks leaves its writer not knowing whether the write happened; the try may even go on after the break and be in
// the way of its own repetition (the ghost). Here a network before PostgreSQL is cut at random bytes in both directions.

let database: TestDatabase;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
});

/** The same database through a network. */
function urlThrough(port: number): string {
  const url = new URL(database.url);
  return `postgresql://${url.username}@127.0.0.1:${port}${url.pathname}`;
}

function socketOf(): string {
  return join(new URL(database.url).searchParams.get("host") ?? "", ".s.PGSQL.5432");
}

interface Count {
  unknown: number;
  committed: number;
}

/** Counts the writes whose outcome was not heard, and, by a look from beside the network, those that had happened all the same. */
function counting(count: Count): (store: AppendStore) => AppendStore {
  return (store) => ({
    ...store,
    async write(transitions) {
      try {
        return await store.write(transitions);
      } catch (error) {
        count.unknown += transitions.length;
        for (const { runId, entries } of transitions) {
          const stands = await database.rows("select from reckoning.entry where run_id = $1 and leaf = $2", [runId, entries[0]?.leaf]);
          count.committed += stands.length;
        }
        throw error;
      }
    },
  });
}

/** Long enough that a connection can say who it is and write a few times, then it breaks somewhere. */
function cutsBy(dice: () => number): () => Cut {
  return () =>
    dice() < 0.5
      ? { toServer: 2_000 + Math.floor(dice() * 60_000), toClient: Number.POSITIVE_INFINITY }
      : { toServer: Number.POSITIVE_INFINITY, toClient: 600 + Math.floor(dice() * 4_000) };
}

const unknownMin = 200;
const seed = 20_261_125;

test("with at least 200 unknown outcomes every acknowledged write stands once, and nothing else does", async () => {
  const count: Count = { unknown: 0, committed: 0 };
  const link = await openTcpLink(socketOf(), cutsBy(diceFrom(seed)));
  atEnd(() => link.close());
  const store = openStore(urlThrough(link.port), { watch: counting(count) });
  const acknowledged: { readonly runId: RunId; readonly transitions: Transition[] }[] = [];
  const commands = new Set<string>();

  const drive = async (): Promise<void> => {
    const runId = newRunId();
    const transitions: Transition[] = [];
    acknowledged.push({ runId, transitions });
    let head: RunHead | null = null;
    for (let n = 0; n < 40 || (count.unknown < unknownMin && n < 1_000); n += 1) {
      const command = newCommand();
      const transition: Transition = transitionOf(runId, head, { command });
      commands.add(command.id);
      // One writer a run: nobody else can have taken its place.
      expect(await store.appender.append(transition)).toEqual({ type: "appended" });
      transitions.push(transition);
      head = headAfter(transition);
    }
  };
  await Promise.all([...Array(12).keys()].map(drive));
  await store.close();

  expect(count.unknown, `seed ${seed}`).toBeGreaterThanOrEqual(unknownMin);
  // Both kinds must have been met, or nothing was proved.
  expect(count.committed).toBeGreaterThan(0);
  expect(count.committed).toBeLessThan(count.unknown);
  const [stored] = await database.rows<{ entries: number; commands: number }>(
    "select (select count(*)::int from reckoning.entry) as entries, (select count(*)::int from reckoning.command) as commands",
  );
  expect(stored).toEqual({ entries: commands.size, commands: commands.size });
  for (const { runId, transitions } of acknowledged) {
    const rows = await database.rows<{ seq: number; leaf: Buffer }>(
      "select seq, leaf from reckoning.entry where run_id = $1 order by seq",
      [runId],
    );
    expect(rows).toEqual(transitions.map(({ entries }, seq) => ({ seq, leaf: Buffer.from(entries[0]?.leaf ?? []) })));
    const [head] = await database.rows("select entry_count, leaf from reckoning.run_head where run_id = $1", [runId]);
    expect(head).toEqual({ entry_count: transitions.length, leaf: rows.at(-1)?.leaf });
  }
  process.stdout.write(
    `${count.unknown} unknown outcomes, of which ${count.committed} had happened; ${commands.size} commands, ${commands.size} entries\n`,
  );
}, 120_000);

test("two writers that race through such a network: for each place one is told that it won, and it is the one that stands", async () => {
  const count: Count = { unknown: 0, committed: 0 };
  const link = await openTcpLink(socketOf(), cutsBy(diceFrom(seed + 1)));
  atEnd(() => link.close());
  const stores = [openStore(urlThrough(link.port), { watch: counting(count) }), openStore(urlThrough(link.port)), openStore(database.url)];
  const race = async (): Promise<void> => {
    const first = firstOf();
    const runId = first.runId;
    await stores[2]?.appender.append(first);
    let head = headAfter(first);
    for (let round = 0; round < 25; round += 1) {
      const tries = stores.map(() => transitionOf(runId, head));
      const results = await Promise.all(stores.map((store, index) => store.appender.append(tries[index] ?? first)));
      expect(results.map((result: AppendResult) => result.type).toSorted()).toEqual(["appended", "fenced", "fenced"]);
      const winner = tries[results.findIndex((result) => result.type === "appended")] ?? first;
      const rows = await database.rows("select leaf from reckoning.entry where run_id = $1 and seq = $2", [runId, head.entryCount]);
      expect(rows).toEqual([{ leaf: Buffer.from(winner.entries[0]?.leaf ?? []) }]);
      head = headAfter(winner);
    }
  };
  await Promise.all([...Array(6).keys()].map(race));
  for (const store of stores) await store.close();
  expect(count.unknown, `seed ${seed + 1}`).toBeGreaterThan(0);
}, 120_000);

test("a network that swallows everything is given up in time, and the write is made once over a new connection", async () => {
  const link = await openTcpLink(socketOf());
  atEnd(() => link.close());
  const store = openStore(urlThrough(link.port), { statementMsMax: 500 });
  const first = firstOf();
  await store.appender.append(first);
  link.freeze();
  const started = performance.now();
  const appended = store.appender.append(transitionOf(first.runId, headAfter(first)));
  // The old connection stays swallowed; what is opened after a while goes through.
  const thawed = new Promise<void>((resolve) => setTimeout(() => resolve(link.thaw("new")), 1_000));
  expect(await appended).toEqual({ type: "appended" });
  await thawed;
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(await database.rows("select count(*)::int as entries from reckoning.entry where run_id = $1", [first.runId])).toEqual([
    { entries: 2 },
  ]);
  await store.close();
}, 30_000);
