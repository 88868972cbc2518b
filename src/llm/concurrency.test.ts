import { describe, expect, it } from "vitest";
import type { ModelReply, ModelRequest } from "../domain/model-call.ts";
import { limitConcurrency } from "./concurrency.ts";
import type { ModelClient } from "./model-client.ts";
import { stub } from "./stub.ts";

const reply: ModelReply = { arrived: true, status: 200, body: new Uint8Array(), retryAfterSeconds: null, latencyMs: 0 };

interface Held {
  readonly client: ModelClient;
  readonly sent: string[];
  readonly most: () => number;
  readonly finish: (path: string) => void;
  readonly fail: (path: string) => void;
}

/** A client whose calls last until the test ends them. */
function held(): Held {
  const open = new Map<string, { readonly resolve: (reply: ModelReply) => void; readonly reject: (error: Error) => void }>();
  const sent: string[] = [];
  let most = 0;
  const call = (request: ModelRequest): Promise<ModelReply> =>
    new Promise((resolve, reject) => {
      sent.push(request.path);
      open.set(request.path, { resolve, reject });
      most = Math.max(most, open.size);
    });
  const take = (path: string) => {
    const one = open.get(path);
    open.delete(path);
    return one;
  };
  return {
    client: { ...stub(), call },
    sent,
    most: () => most,
    finish: (path) => take(path)?.resolve(reply),
    fail: (path) => take(path)?.reject(new Error("bug")),
  };
}

const ask = (path: string): ModelRequest => ({ method: "POST", path, body: new Uint8Array() });
const options = (signal = new AbortController().signal) => ({ timeoutSeconds: 1, signal });
/** Lets everything run that is ready to. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("limited concurrency", () => {
  it("lets no more calls through than its limit, in the order they came", async () => {
    const under = held();
    const client = limitConcurrency(under.client, 2);
    const calls = ["a", "b", "c", "d", "e"].map((path) => client.call(ask(path), options()));
    await settle();
    expect(under.sent).toEqual(["a", "b"]);
    under.finish("b");
    await settle();
    expect(under.sent).toEqual(["a", "b", "c"]);
    for (const path of ["a", "c", "d", "e"]) {
      under.finish(path);
      await settle();
    }
    expect(await Promise.all(calls)).toEqual([reply, reply, reply, reply, reply]);
    expect(under.most()).toBe(2);
  });

  it("gives up a waiting call unsent when its signal fires, and the place goes to the next", async () => {
    const under = held();
    const client = limitConcurrency(under.client, 1);
    const giveUp = new AbortController();
    const [first, second, third] = [
      client.call(ask("a"), options()),
      client.call(ask("b"), options(giveUp.signal)),
      client.call(ask("c"), options()),
    ];
    await settle();
    giveUp.abort();
    expect(await second).toMatchObject({ arrived: false, code: "network" });
    under.finish("a");
    await settle();
    expect(under.sent).toEqual(["a", "c"]);
    under.finish("c");
    expect(await Promise.all([first, third])).toEqual([reply, reply]);
  });

  it("does not send a call whose signal fired before", async () => {
    const under = held();
    expect(await limitConcurrency(under.client, 1).call(ask("a"), options(AbortSignal.abort()))).toMatchObject({ arrived: false });
    expect(under.sent).toEqual([]);
  });

  it("refuses a call unsent when its queue is full", async () => {
    const under = held();
    const client = limitConcurrency(under.client, 1, 1);
    const [first, second] = [client.call(ask("a"), options()), client.call(ask("b"), options())];
    expect(await client.call(ask("c"), options())).toMatchObject({ arrived: false, code: "network" });
    under.finish("a");
    await settle();
    under.finish("b");
    await Promise.all([first, second]);
    expect(under.sent).toEqual(["a", "b"]);
  });

  it("gives a place back when a call throws", async () => {
    const under = held();
    const client = limitConcurrency(under.client, 1);
    const [first, second] = [client.call(ask("a"), options()), client.call(ask("b"), options())];
    await settle();
    under.fail("a");
    await expect(first).rejects.toThrow("bug");
    await settle();
    under.finish("b");
    expect(await second).toEqual(reply);
  });
});
