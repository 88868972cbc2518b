import { beforeAll, describe, expect, test } from "vitest";
import type { EntryView, RunView } from "../../src/domain/view.ts";
import { memoryOf } from "../fuzz/memory.ts";
import { apiOf, attestation, putChain, putPausingManifest, startRun } from "../support/api.ts";
import type { Api } from "../support/api.ts";
import { closeAfterAll } from "../support/close-after-all.ts";
import { createTestDatabase } from "../support/database.ts";
import type { TestDatabase } from "../support/database.ts";
import { openEvents } from "../support/event-stream.ts";
import type { EventReader } from "../support/event-stream.ts";
import { startFakeProvider } from "../support/fake-provider.ts";
import type { FakeProvider } from "../support/fake-provider.ts";
import { startServer } from "../support/server.ts";
import type { ReckonServer } from "../support/server.ts";

const waitMs = { timeout: 30_000, interval: 25 };
let database: TestDatabase;
let server: ReckonServer;
let api: Api;
const atEnd = closeAfterAll();

beforeAll(async () => {
  database = await createTestDatabase();
  atEnd(() => database.drop());
  server = await startServer(database.url, { RECKONING_HTTP_HEARTBEAT_SECONDS: "1" });
  atEnd(() => server.kill("SIGTERM"));
  api = apiOf(server.url);
});

async function waitingRun(): Promise<RunView> {
  return startRun(api, await putPausingManifest(api));
}

function attest(run: RunView): Promise<{ readonly status: number }> {
  return api.send("POST", `/api/runs/${run.id}/steps/${run.waiting_for?.step_run_id}/attest`, { ...attestation, resume: true });
}

function idsOf(reader: EventReader): readonly number[] {
  return reader.events.map(({ id }) => Number(id));
}

describe("the events of a run", () => {
  test("are its entries, each once and in order, and end with it", async () => {
    const run = await waitingRun();
    const reader = await openEvents(`${server.url}/api/runs/${run.id}/events`);
    expect(reader.status).toBe(200);
    expect(reader.headers["content-type"]).toBe("text/event-stream; charset=utf-8");
    await expect.poll(() => reader.events.length, waitMs).toBe(run.entry_count);
    expect((await attest(run)).status).toBe(200);
    expect(await reader.ended).toBe(true);
    const entries = await api.entries(run.id);
    expect(reader.events.map(({ data }) => data)).toEqual(entries);
    expect(reader.events.map(({ id, event }) => [id, event])).toEqual(entries.map(({ seq, body }) => [String(seq), body["kind"]]));
    expect(reader.events.at(-1)?.event).toBe("run.succeeded");
  });

  test("go on after Last-Event-ID, from each of them", async () => {
    const run = await waitingRun();
    await attest(run);
    await expect.poll(async () => (await api.run(run.id)).status, waitMs).toBe("success");
    const all = (await api.entries(run.id)).map(({ seq }) => seq);
    for (const last of all.slice(0, -1)) {
      const reader = await openEvents(`${server.url}/api/runs/${run.id}/events`, String(last));
      expect(await reader.ended).toBe(true);
      expect(idsOf(reader)).toEqual(all.slice(last + 1));
    }
  });

  test("are 204 once the reader has all of a run that ended: its browser asks no more", async () => {
    const run = await waitingRun();
    await attest(run);
    await expect.poll(async () => (await api.run(run.id)).status, waitMs).toBe("success");
    const { entry_count } = await api.run(run.id);
    expect(await api.send("GET", `/api/runs/${run.id}/events`, undefined, { "last-event-id": String(entry_count - 1) })).toMatchObject({
      status: 204,
    });
    expect(await api.send("GET", `/api/runs/${run.id}/events`, undefined, { "last-event-id": "999999" })).toMatchObject({ status: 204 });
  });

  test.each(["x", "-1", "1.5", "9".repeat(30), "01"])("begin at the beginning when Last-Event-ID is %s", async (lastEventId) => {
    const run = await waitingRun();
    const reader = await openEvents(`${server.url}/api/runs/${run.id}/events`, lastEventId);
    await expect.poll(() => reader.events.length, waitMs).toBe(run.entry_count);
    expect(reader.events[0]?.id).toBe("0");
    reader.close();
  });

  test("wait for a reader that does not read, and lose nothing", async () => {
    const id = (await startRun(api, await putChain(api, 300), 0)).id;
    const slow = await openEvents(`${server.url}/api/runs/${id}/events`);
    slow.pause();
    const quick = await openEvents(`${server.url}/api/runs/${id}/events`);
    expect(await quick.ended).toBe(true);
    slow.resume();
    expect(await slow.ended).toBe(true);
    expect(idsOf(slow)).toEqual(idsOf(quick));
    expect(idsOf(slow)).toEqual(Array.from({ length: (await api.run(id)).entry_count }, (_, seq) => seq));
  });

  test("say that they are still there while nothing happens", async () => {
    const run = await waitingRun();
    const reader = await openEvents(`${server.url}/api/runs/${run.id}/events`);
    await expect.poll(() => reader.comments(), waitMs).toBeGreaterThan(2);
    expect(reader.events).toHaveLength(run.entry_count);
    reader.close();
  });
});

describe("the events of all runs", () => {
  test("show each run as it changes, up to its end", async () => {
    const reader = await openEvents(`${server.url}/api/events`);
    const run = await waitingRun();
    await expect.poll(() => lastStates(reader).get(run.id), waitMs).toBe("waiting");
    await attest(run);
    await expect.poll(() => lastStates(reader).get(run.id), waitMs).toBe("success");
    expect(reader.events.every(({ event }) => event === "run")).toBe(true);
    expect(reader.events.at(-1)?.data).toEqual(await api.run(run.id));
    reader.close();
  });

  test("leave out none of 1,200 runs that change at once", async () => {
    const manifest = await putChain(api, 1);
    const reader = await openEvents(`${server.url}/api/events`);
    const runs = await startMany(manifest, 1_200);
    await expect.poll(() => countOf(lastStates(reader), runs, "success"), waitMs).toBe(runs.length);
    reader.close();
  });

  test("go on after Last-Event-ID, wherever the reader was cut off", async () => {
    const manifest = await putChain(api, 1);
    const first = await openEvents(`${server.url}/api/events`);
    const runs = await startMany(manifest, 600);
    await expect.poll(() => first.events.length, waitMs).toBeGreaterThan(100);
    first.close();
    const seen = first.events.slice(0, 100);
    const second = await openEvents(`${server.url}/api/events`, seen.at(-1)?.id);
    await expect
      .poll(() => countOf(statesOf([...seen, ...second.events].map(({ data }) => data as RunView)), runs, "success"), waitMs)
      .toBe(runs.length);
    second.close();
  });

  test.each(["9".repeat(16), "9".repeat(17), "x", "-5"])("are not silenced by a Last-Event-ID of %s", async (lastEventId) => {
    const reader = await openEvents(`${server.url}/api/events`, lastEventId);
    const run = await waitingRun();
    await expect.poll(() => lastStates(reader).get(run.id), waitMs).toBe("waiting");
    reader.close();
  });
});

test("readers that go away leave nothing behind: neither an open stream nor memory", { timeout: 60_000 }, async () => {
  const run = await waitingRun();
  let before = 0;
  for (let round = 0; round < 6; round += 1) {
    // The first round fills what a process keeps for good, such as compiled code.
    if (round === 1) before = await memoryOf(server.url);
    const urls = Array.from({ length: 100 }, (_, n) =>
      n % 2 === 0 ? `${server.url}/api/runs/${run.id}/events` : `${server.url}/api/events`,
    );
    const readers = await Promise.all(urls.map((url) => openEvents(url)));
    await expect.poll(() => heldBy(server), waitMs).toBe(100);
    for (const reader of readers) reader.close();
    await expect.poll(() => heldBy(server), waitMs).toBe(0);
  }
  expect((await memoryOf(server.url)) - before).toBeLessThan(100);
});

describe("a server that is killed", () => {
  let provider: FakeProvider;
  let other: TestDatabase;
  const environment = (): Record<string, string> => ({
    LLM_PROVIDER: "openai",
    LLM_MODEL: "fake",
    LLM_BASE_URL: provider.baseUrl,
    RECKONING_LEASE_SECONDS: "1",
  });

  beforeAll(async () => {
    provider = await startFakeProvider({ answer: { kind: "ok", output: { answer: "a", score: 1 }, delayMs: 40 } });
    atEnd(() => provider.close());
    other = await createTestDatabase();
    atEnd(() => other.drop());
  });

  test("costs its readers no event and repeats none, of one run and of all", { timeout: 60_000 }, async () => {
    let serving = await startServer(other.url, environment());
    atEnd(() => serving.kill("SIGTERM"));
    const manifest = await putChain(apiOf(serving.url), 25);
    const { id } = await startRun(apiOf(serving.url), manifest, 0);
    const entries: EntryView[] = [];
    const states: RunView[] = [];
    let lastState: string | undefined;
    for (let kills = 0; ; kills += 1) {
      const last = entries.at(-1)?.seq;
      const [one, all] = await Promise.all([
        openEvents(`${serving.url}/api/runs/${id}/events`, last === undefined ? undefined : String(last)),
        openEvents(`${serving.url}/api/events`, lastState ?? "0"),
      ]);
      if (kills < 3) {
        await expect.poll(() => one.events.length, waitMs).toBeGreaterThan(5);
        await serving.kill("SIGKILL");
        expect(await one.ended).toBe(false);
        serving = await startServer(other.url, environment());
      } else {
        expect(await one.ended).toBe(true);
        await expect.poll(() => lastStates(all).get(id), waitMs).toBe("success");
        all.close();
      }
      entries.push(...one.events.map(({ data }) => data as EntryView));
      states.push(...all.events.map(({ data }) => data as RunView));
      lastState = all.events.at(-1)?.id ?? lastState;
      if (kills === 3) break;
    }
    expect(entries).toEqual(await apiOf(serving.url).entries(id));
    expect(entries.filter(({ body }) => body["kind"] === "step.interrupted").length).toBeGreaterThan(0);
    expect(statesOf(states).get(id)).toBe("success");
  });
});

function lastStates(reader: EventReader): ReadonlyMap<string, string> {
  return statesOf(reader.events.map(({ data }) => data as RunView));
}

function statesOf(runs: readonly RunView[]): ReadonlyMap<string, string> {
  return new Map(runs.map(({ id, status }) => [id, status]));
}

function countOf(states: ReadonlyMap<string, string>, runs: readonly string[], status: string): number {
  return runs.filter((id) => states.get(id) === status).length;
}

/** Starts so many runs, 40 at a time. */
async function startMany(manifest: string, count: number): Promise<readonly string[]> {
  const ids: string[] = [];
  const starter = async (): Promise<void> => {
    while (ids.length < count) {
      const place = ids.push("") - 1;
      ids[place] = (await startRun(api, manifest, 0)).id;
    }
  };
  await Promise.all(Array.from({ length: 40 }, starter));
  return ids;
}

async function heldBy({ url }: ReckonServer): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Number(/^reckoning_http_requests_held ([0-9]+)$/m.exec(text)?.[1]);
}
