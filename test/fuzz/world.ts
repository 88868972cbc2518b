import type { Asked, Received } from "../support/conformance.ts";
import type { Link, Pool } from "./tree.ts";

const poolSizeMax = 300;
const unknownId = "00000000-0000-4000-8000-000000000000";

/** What stands for a member of a pool that is empty, where a UUID would not have the form. */
const emptyPools: Readonly<Record<string, string>> = { artifact: "0.0", erasure: "0.0", "/api/keys": "0".repeat(64) };

/** What earlier answers have named, so that later requests can speak of it. */
export interface World {
  readonly resolve: (link: Link) => string;
  readonly learn: (asked: Asked, received: Received) => void;
}

export function makeWorld(): World {
  const pools = new Map<Pool, string[]>();
  const add = (pool: Pool, value: unknown): void => {
    const members = pools.get(pool) ?? [];
    pools.set(pool, members);
    if (members.length >= poolSizeMax) members.shift();
    members.push(String(value));
  };
  const learnRun = (run: Item): void => {
    if (run.waiting_for === null || run.waiting_for === undefined) return;
    add("waitingRun", run.id);
    add("waitingStep", run.waiting_for.step_run_id);
  };
  return {
    resolve({ pool, pick }) {
      const members = pools.get(pool) ?? [];
      // The newest are the likeliest to be in a state that something can still be done about.
      return members[members.length - 1 - (pick % Math.max(members.length, 1))] ?? emptyPools[pool] ?? unknownId;
    },
    learn({ method, path }, { status, headers, body }) {
      if (status > 201 || headers["content-type"]?.startsWith("application/json") !== true || method === "HEAD") return;
      const answer = JSON.parse(body.toString("utf8")) as Item | readonly Item[];
      const items = (Array.isArray(answer) ? (answer as readonly Item[]) : [answer as Item]).slice(0, 5);
      const runId = /^\/api\/runs\/([^/]+)\//.exec(path)?.[1] ?? "";
      for (const item of items) {
        const made = item.id ?? item.token?.id;
        if (status === 201 && made !== undefined) add(`/${path.slice(1)}`, made);
        if (/^\/api\/manifests(\/[^/]+)?$/.test(path) && (item.steps ?? []).length > 0) add("runnable", item.id);
        if (/^\/api\/manifests\/[^/]+\/steps$/.test(path) && method === "PUT") add("runnable", path.split("/")[3]);
        if (/^\/api\/runs(\/[^/]+)?$/.test(path)) learnRun(item);
        if (path.endsWith("/attest") && item.new_status === "SUCCESS") add("attestedRun", runId);
        if (path.endsWith("/erasures") && method === "POST") {
          add("erasureRun", item.id);
          add("erasure", "0.0");
        }
        if (path.endsWith("/attest") && item.new_status === "WAITING_FOR_ATTESTATION") {
          add("pendingRun", runId);
          add("pendingStep", path.split("/")[5]);
        }
        if (path.endsWith("/steps") && path.startsWith("/api/runs/")) add("step", item.id);
        if (path.endsWith("/entries") && (item.body?.refs ?? []).length > 0) {
          add("artifactRun", runId);
          add("artifact", `${item.seq}.0`);
        }
      }
    },
  };
}

interface Item {
  readonly id?: string;
  readonly token?: { readonly id: string };
  readonly seq: number;
  readonly new_status?: string;
  readonly steps?: readonly unknown[];
  readonly body?: { readonly refs?: readonly unknown[] };
  readonly waiting_for?: { readonly step_run_id: string } | null;
}
