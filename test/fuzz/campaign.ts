import { Agent } from "node:http";
import fc from "fast-check";
import type { ApiDocument, Received } from "../support/conformance.ts";
import { makeConformance } from "../support/conformance.ts";
import { frames } from "./frames.ts";
import { caseArbitrary, goodArbitrary, largeIntents, wireOf } from "./requests.ts";
import type { Case, Intent } from "./requests.ts";
import { sendBytes, sendHttp } from "../support/wire.ts";
import type { WireRequest } from "../support/wire.ts";
import { makeWorld } from "./world.ts";

export interface CampaignOptions {
  readonly url: string;
  readonly document: ApiDocument;
  readonly requests: number;
  readonly seed: number;
  readonly concurrency: number;
  /** Sizes of the bodies that are sent piece by piece to every route that takes one. */
  readonly largeMb: readonly number[];
  readonly onProgress?: (sent: number) => Promise<void>;
}

export interface CampaignReport {
  readonly sent: number;
  /** How often each answer of each route was seen: `GET /api/runs 200`. */
  readonly seen: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
}

/** One line for each answer of each route that was seen. */
export function answersSeen(seen: CampaignReport["seen"]): string {
  const lines = [...seen].sort(([a], [b]) => (a < b ? -1 : 1)).map(([answer, count]) => `${String(count).padStart(8)} ${answer}`);
  return lines.join("\n");
}

const failuresMax = 5;

/** Sends so many requests and holds every answer against the document. A failure is made as small as it goes. */
export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { document, requests, seed, concurrency, largeMb, onProgress } = options;
  const base = new URL(options.url);
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const conformance = makeConformance(document);
  const world = makeWorld();
  const seen = new Map<string, number>();
  const failures: string[] = [];
  let sent = 0;

  const judge = (wire: WireRequest, received: Received): string | null => {
    const asked = { method: wire.method, path: wire.target.split("?")[0] ?? "" };
    const key = `${conformance.routeOf(asked) ?? "elsewhere"} ${received.status}`;
    seen.set(key, (seen.get(key) ?? 0) + 1);
    if (received.status >= 500) return `status ${received.status}: ${received.body.toString("utf8").slice(0, 500)}`;
    const complaint = conformance.complaint(asked, received);
    if (complaint === null) world.learn(asked, received);
    return complaint;
  };
  const sendRequest = async (intent: Intent): Promise<string | null> => {
    const wire = wireOf(intent, base.host, world.resolve);
    const received = await sendHttp(base, agent, wire);
    if (typeof received !== "string") return explained(judge(wire, received), wire);
    // A body that is refused before it has all been sent may find its connection closed.
    return received === "closed" && (wire.streamed !== undefined || mayBeCut(wire)) ? null : explained(`no answer: ${received}`, wire);
  };
  const sendFrame = async (name: string): Promise<string | null> => {
    const received = await sendBytes(base, [frames[name]?.(base.host) ?? Buffer.alloc(0)], { halfClose: true });
    if (received === "closed") return null;
    if (received === "timeout") return `no answer to the frame "${name}"`;
    for (const answer of received) {
      const complaint = conformance.complaint({ method: "GET", path: answer.status < 400 ? "/health" : "/" }, answer);
      if (complaint !== null && (answer.status >= 400 || answer.status === 0)) return `${complaint}: the frame "${name}"`;
    }
    return null;
  };
  const attempt = (one: Case): Promise<string | null> => (one.kind === "request" ? sendRequest(one.intent) : sendFrame(one.name));

  const cases = caseArbitrary(document);
  const large = largeIntents(document, largeMb);
  const next = async (): Promise<void> => {
    while (sent < requests && failures.length < failuresMax) {
      const index = sent;
      sent += 1;
      const big = large[index - Math.floor(requests / 2)];
      const failure = big === undefined ? await checkCase(cases, attempt, seedOf(seed, index)) : await sendRequest(big);
      if (failure !== null) failures.push(`request ${index} of seed ${seed}: ${failure}`);
      if (index % progressEvery === 0) await onProgress?.(index);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, next));
  for (let tries = 0; tries < directedMax && failures.length === 0; tries += 1) {
    const missing = unreached(document, seen);
    if (missing.size === 0) break;
    const failure = await checkCase(goodArbitrary(document, missing), attempt, seedOf(seed, requests + tries));
    if (failure !== null) failures.push(`directed request ${tries} of seed ${seed}: ${failure}`);
    sent += 1;
  }
  agent.destroy();
  return { sent, seen, failures };
}

const progressEvery = 1_000;
/** Requests that are made towards what chance did not reach. */
const directedMax = 2_000;

/** Routes with a good answer that was not seen. */
export function unreached(document: ApiDocument, seen: CampaignReport["seen"]): ReadonlySet<string> {
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { responses }]) => ({ route: `${method.toUpperCase()} ${path}`, statuses: Object.keys(responses) })),
  );
  const missing = routes.filter(({ route, statuses }) =>
    statuses.some((status) => ["200", "201"].includes(status) && !seen.has(`${route} ${status}`)),
  );
  return new Set(missing.map(({ route }) => route));
}

/** Seeds of neighbouring requests, and of neighbouring campaigns, have nothing in common (the finaliser of MurmurHash3). */
function seedOf(seed: number, index: number): number {
  let mixed = Math.imul(seed, 0x9e3779b1) ^ index;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}

/** One request as a property of its own, so that fast-check shrinks it when it fails. */
async function checkCase(cases: fc.Arbitrary<Case>, attempt: (one: Case) => Promise<string | null>, seed: number): Promise<string | null> {
  let last = "";
  const property = fc.asyncProperty(cases, async (one) => {
    const failure = await attempt(one);
    if (failure === null) return true;
    last = failure;
    return false;
  });
  const { failed } = await fc.check(property, { seed, numRuns: 1, plugins: [fc.interruptAfterTimeLimit(shrinkMsMax)] });
  return failed ? last : null;
}

const shrinkMsMax = 20_000;

/** Requests whose own headers end the connection, or contradict it. */
function mayBeCut({ headers }: WireRequest): boolean {
  return headers.some(([name]) => ["upgrade", "expect", "transfer-encoding", "x-long"].includes(name));
}

const shownBytesMax = 600;

function explained(complaint: string | null, { method, target, headers, body }: WireRequest): string | null {
  if (complaint === null) return null;
  const head = headers.map(([name, value]) => `\n  ${name}: ${value.slice(0, 200)}`).join("");
  const shown = body === null ? "" : `\n\n  ${JSON.stringify(body.subarray(0, shownBytesMax).toString("latin1"))} (${body.length} bytes)`;
  return `${complaint}\n  ${method} ${target.slice(0, 1_000)}${head}${shown}`;
}
