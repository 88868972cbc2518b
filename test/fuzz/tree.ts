// JSON that need not be JSON: a tree whose leaves may be raw bytes, so that a body can break every rule of its format.

/** Bytes that stand in the text as they are. */
export class Raw {
  readonly text: string;
  /** Each character is one byte. */
  constructor(text: string) {
    this.text = text;
  }
}

/** Stands for the id of something that an earlier request made; resolved when the request is sent. */
export class Link {
  readonly pool: Pool;
  readonly pick: number;
  constructor(pool: Pool, pick: number) {
    this.pool = pool;
    this.pick = pick;
  }
}

/**
 * Ids that answers have named: of a collection, by its path (`/api/tasks`), or of things in a certain state. Pools that are
 * filled together keep their members at the same places: `waitingRun` and `waitingStep`, and so on.
 */
export type Pool =
  | `/${string}`
  | "runnable"
  | "step"
  | "waitingRun"
  | "waitingStep"
  | "pendingRun"
  | "pendingStep"
  | "attestedRun"
  | "artifactRun"
  | "artifact"
  | "erasureRun"
  | "erasure";

export type Tree = null | boolean | number | string | Raw | Link | readonly Tree[] | { readonly [key: string]: Tree };

export function isBranch(tree: Tree): tree is { readonly [key: string]: Tree } {
  return typeof tree === "object" && tree !== null && !Array.isArray(tree) && !(tree instanceof Raw) && !(tree instanceof Link);
}

export function isList(tree: Tree): tree is readonly Tree[] {
  return Array.isArray(tree);
}

export type Resolve = (link: Link) => string;

export function encodeTree(tree: Tree, resolve: Resolve): Buffer {
  return Buffer.from(textOf(tree, resolve), "latin1");
}

/** Every character of the text is one byte, so that raw bytes can stand among it. */
function textOf(tree: Tree, resolve: Resolve): string {
  if (tree instanceof Raw) return tree.text;
  if (tree instanceof Link) return JSON.stringify(resolve(tree));
  if (isList(tree)) return `[${tree.map((item) => textOf(item, resolve)).join(",")}]`;
  if (isBranch(tree)) {
    const members = Object.entries(tree).map(([key, item]) => `${bytesOf(key)}:${textOf(item, resolve)}`);
    return `{${members.join(",")}}`;
  }
  return bytesOf(tree);
}

function bytesOf(value: string | number | boolean | null): string {
  return Buffer.from(JSON.stringify(value), "utf8").toString("latin1");
}
