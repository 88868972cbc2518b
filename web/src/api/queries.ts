import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { artifact, call, page } from "./client.ts";
import type { Page } from "./client.ts";
import type { Operations, StepRun } from "./generated.ts";

export type RunsFilter = Omit<NonNullable<Operations["listRuns"]["query"]>, "limit" | "cursor">;

const pageSize = "50";
const entriesPageSize = "200";
/** A definition version, a plan or an artifact never changes. */
const forEver = Number.POSITIVE_INFINITY;

/** One page of the list: the address of the page says where it begins, so that paging stays instant however many there are. */
export const runsQuery = (filter: RunsFilter, cursor: string | undefined) =>
  queryOptions({
    queryKey: ["runs", filter, cursor ?? null],
    queryFn: ({ signal }) =>
      page("listRuns", { query: { ...filter, limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }, signal }, null),
    placeholderData: keepPreviousData,
  });

export const meQuery = queryOptions({ queryKey: ["me"], queryFn: ({ signal }) => call("whoAmI", { signal }), staleTime: forEver });

const statsRefreshMs = 60_000;

export const statsQuery = queryOptions({
  queryKey: ["stats"],
  queryFn: ({ signal }) => call("getStats", { query: {}, signal }),
  staleTime: statsRefreshMs,
  refetchInterval: statsRefreshMs,
});

const logRefreshMs = 5_000;

export const logQuery = queryOptions({
  queryKey: ["log"],
  queryFn: ({ signal }) => call("getLog", { signal }),
  refetchInterval: logRefreshMs,
});

const waitingMax = "500";

export const waitingQuery = queryOptions({
  queryKey: ["waiting"],
  queryFn: ({ signal }) => call("listWaiting", { query: { limit: waitingMax }, signal }),
});

export const runQuery = (id: string) =>
  queryOptions({ queryKey: ["run", id], queryFn: ({ signal }) => call("getRun", { params: { id }, signal }) });

export const stepRunsQuery = (id: string) =>
  queryOptions({
    queryKey: ["run", id, "steps"],
    queryFn: ({ signal }): Promise<readonly StepRun[]> => call("listStepRuns", { params: { id }, signal }),
  });

export const planQuery = (id: string) =>
  queryOptions({
    queryKey: ["plan", id],
    queryFn: ({ signal }) => call("getPlan", { params: { id }, signal }),
    staleTime: forEver,
  });

/** The record, page by page; what follows the last known entry is read when the stream says that there is more. */
export const entriesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["entries", id],
    queryFn: ({ pageParam, signal }) =>
      page(
        "listEntries",
        { params: { id }, query: { limit: entriesPageSize, ...(pageParam === null ? {} : { after: pageParam }) }, signal },
        null,
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last, _pages, after) => {
      const seen = last.items.at(-1);
      return seen === undefined ? after : String(seen.seq);
    },
    // What was read never changes; only what follows it is read.
    staleTime: forEver,
  });

export const artifactQuery = (runId: string, place: string) =>
  queryOptions({
    queryKey: ["artifact", runId, place],
    queryFn: async ({ signal }) => new TextDecoder().decode(await artifact(runId, place, signal)),
    staleTime: forEver,
    gcTime: 60_000,
  });

const definitionPagesMax = 20;

/** All manifests by name: far fewer than runs, so the choices of a menu may be read whole. */
export const manifestsQuery = queryOptions({
  queryKey: ["manifests"],
  queryFn: ({ signal }) => allOf((next) => page("listManifests", { query: { limit: "500" }, signal }, next)),
  staleTime: 30_000,
});

export const tasksQuery = queryOptions({
  queryKey: ["tasks"],
  queryFn: ({ signal }) => allOf((next) => page("listTasks", { query: { limit: "500" }, signal }, next)),
  staleTime: 30_000,
});

export const taskQuery = (id: string) =>
  queryOptions({ queryKey: ["tasks", id], queryFn: ({ signal }) => call("getTask", { params: { id }, signal }) });

export const taskVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["tasks", id, "versions"],
    queryFn: ({ signal }) => allOf((next) => page("listTaskVersions", { params: { id }, query: { limit: "100" }, signal }, next)),
  });

export const manifestVersionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["manifest", id, "versions"],
    queryFn: ({ signal }) => allOf((next) => page("listManifestVersions", { params: { id }, query: { limit: "100" }, signal }, next)),
  });

async function allOf<Item>(read: (next: string | null) => Promise<Page<Item>>): Promise<readonly Item[]> {
  const items: Item[] = [];
  let next: string | null = null;
  for (let pages = 0; pages < definitionPagesMax; pages += 1) {
    const found: Page<Item> = await read(next);
    items.push(...found.items);
    next = found.next;
    if (next === null) break;
  }
  return items;
}

export const manifestQuery = (id: string) =>
  queryOptions({
    queryKey: ["manifest", id],
    queryFn: ({ signal }) => call("getManifest", { params: { id }, signal }),
    enabled: id !== "",
  });
