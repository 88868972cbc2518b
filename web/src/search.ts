import { runLooks } from "./ui/looks.ts";
import type { RunStatus } from "./api/generated.ts";

// What each page keeps in its address. Whatever else stands there is dropped: an address may come from anybody.

type Search = Readonly<Record<string, unknown>>;

export interface RunsSearch {
  readonly status?: RunStatus;
  readonly manifest?: string;
  /** Who started it. */
  readonly by?: string;
  /** Days in the reader's zone, both included. */
  readonly from?: string;
  readonly to?: string;
  /** The run after which the page begins. */
  readonly cursor?: string;
}

export function readRunsSearch(search: Search): RunsSearch {
  const { by } = search;
  return defined({
    status: statusIn(search["status"]),
    manifest: idIn(search["manifest"]),
    by: typeof by === "string" || typeof by === "number" ? String(by) : undefined,
    from: dayIn(search["from"]),
    to: dayIn(search["to"]),
    cursor: idIn(search["cursor"]),
  });
}

export const runTabs = ["steps", "ledger", "input"] as const;
export type RunTab = (typeof runTabs)[number];

export interface RunSearch {
  readonly tab?: RunTab;
  readonly step?: string;
}

export function readRunSearch(search: Search): RunSearch {
  const { step } = search;
  return defined({
    tab: runTabs.find((tab) => tab === search["tab"]),
    // A key that reads as a number arrives as one.
    step: typeof step === "string" || typeof step === "number" ? String(step) : undefined,
  });
}

export interface StartSearch {
  readonly manifest?: string;
  /** A run whose parameters are taken over. */
  readonly like?: string;
}

export function readStartSearch(search: Search): StartSearch {
  return defined({ manifest: idIn(search["manifest"]), like: idIn(search["like"]) });
}

export interface DefinitionsSearch {
  readonly name?: string;
}

export function readDefinitionsSearch(search: Search): DefinitionsSearch {
  const { name } = search;
  return defined({ name: typeof name === "string" || typeof name === "number" ? String(name) : undefined });
}

export interface CompareSearch {
  readonly a?: string;
  readonly b?: string;
  readonly step?: string;
}

export function readCompareSearch(search: Search): CompareSearch {
  return defined({ a: idIn(search["a"]), b: idIn(search["b"]), step: readRunSearch(search).step });
}

export interface VersionSearch {
  readonly version?: number;
  /** The version that it is compared with. */
  readonly with?: number;
}

export function readVersionSearch(search: Search): VersionSearch {
  return defined({ version: versionIn(search["version"]), with: versionIn(search["with"]) });
}

function versionIn(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function statusIn(value: unknown): RunStatus | undefined {
  return typeof value === "string" && isStatus(value) ? value : undefined;
}

function isStatus(value: string): value is RunStatus {
  return Object.hasOwn(runLooks, value);
}

function dayIn(value: unknown): string | undefined {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

function idIn(value: unknown): string | undefined {
  return typeof value === "string" && /^[0-9a-f-]{36}$/i.test(value) ? value : undefined;
}

type Defined<T> = { [Name in keyof T]?: Exclude<T[Name], undefined> };

/** The fields that have a value: an absent field leaves no trace in the address. */
function defined<T extends Readonly<Record<string, unknown>>>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
