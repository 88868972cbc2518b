import fc from "fast-check";
import type { ApiDocument, Operation } from "../support/conformance.ts";
import { frames } from "./frames.ts";
import { goodSteps, meanings } from "./meanings.ts";
import { hostileBodies, mutate, mutation } from "./mutate.ts";
import { linkTo, schemaArbitrary } from "./schema-arbitrary.ts";
import type { Schema } from "./schema-arbitrary.ts";
import { encodeTree, Link } from "./tree.ts";
import type { Pool, Resolve, Tree } from "./tree.ts";
import type { WireRequest } from "../support/wire.ts";

type Headers = readonly (readonly [string, string])[];

/** What is to be sent, with links still open: the same intent can be sent again while a failure is made small. */
export interface Intent {
  readonly method: string;
  readonly path: readonly (string | Link)[];
  readonly query: readonly (readonly [string, string | Link])[];
  readonly headers: Headers;
  readonly content: { readonly tree: Tree } | { readonly bytes: Buffer } | { readonly streamed: number } | null;
}

export type Case = { readonly kind: "request"; readonly intent: Intent } | { readonly kind: "frame"; readonly name: string };

/** Requests of every route of the document: as it asks for them, with one thing wrong, and with everything wrong. */
export function caseArbitrary(document: ApiDocument): fc.Arbitrary<Case> {
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      weight: weightOf(method, path),
      arbitrary: intentOf(document, { method, path, operation }),
    })),
  );
  return fc.oneof(
    { weight: 60, arbitrary: fc.oneof(...routes).map((intent) => ({ kind: "request" as const, intent })) },
    { weight: 2, arbitrary: fc.constantFrom(...Object.keys(frames)).map((name) => ({ kind: "frame" as const, name })) },
  );
}

/** Requests as the document asks for them: of the wanted routes (`GET /path`), and of those that make what they need. */
export function goodArbitrary(document: ApiDocument, wanted: ReadonlySet<string>): fc.Arbitrary<Case> {
  const routes = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .map(([method, operation]) => ({
        method,
        operation,
        weight: wanted.has(`${method.toUpperCase()} ${path}`) ? 4 : method === "get" ? 0 : 1,
      }))
      .filter(({ weight }) => weight > 0)
      .map(({ method, operation, weight }) => ({ weight, arbitrary: goodIntentOf(document, { method, path, operation }) })),
  );
  return fc.oneof(...routes).map((intent) => ({ kind: "request" as const, intent }));
}

/** What changes something is asked more often, and what is the same for everybody seldom. */
function weightOf(method: string, path: string): number {
  if (path.endsWith("/events")) return 2;
  if (!path.startsWith("/api")) return 1;
  if (method === "get") return 4;
  // Only now and then is there a run in the state that these need.
  return path === "/api/runs" || /(attest|resume|verify)$/.test(path) ? 16 : 8;
}

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

function bodyOf({ requestBody }: Operation): { readonly type: string; readonly schema: Schema } | null {
  const [first] = Object.entries(requestBody?.content ?? {});
  return first === undefined ? null : { type: first[0], schema: first[1].schema };
}

function goodIntentOf(document: ApiDocument, route: Route): fc.Arbitrary<Intent> {
  const { operation } = route;
  const body = bodyOf(operation);
  return fc.record({
    method: fc.constant(route.method.toUpperCase()),
    path: pathOf(route.path),
    query: queryOf(operation),
    headers: headersOf(operation, body?.type ?? null),
    content: body === null ? fc.constant(null) : body.type === "application/json" ? contentOf(body.schema, document, route.path) : files,
  });
}

function intentOf(document: ApiDocument, route: Route): fc.Arbitrary<Intent> {
  const good = goodIntentOf(document, route);
  const twists = [
    { weight: 12, arbitrary: good },
    { weight: 2, arbitrary: fc.tuple(good, strangePath).map(([intent, twist]) => ({ ...intent, path: twist(intent.path) })) },
    { weight: 3, arbitrary: fc.tuple(good, strangeQuery).map(([intent, query]) => ({ ...intent, query: [...intent.query, ...query] })) },
    {
      weight: 2,
      arbitrary: fc.tuple(good, strangeHeaders).map(([intent, headers]) => ({ ...intent, headers: merged(intent.headers, headers) })),
    },
    { weight: 1, arbitrary: fc.tuple(good, fc.constantFrom(...oddMethods)).map(([intent, method]) => ({ ...intent, method })) },
  ];
  if (bodyOf(route.operation) === null) return fc.oneof(...twists);
  return fc.oneof(
    ...twists,
    {
      weight: 8,
      arbitrary: fc.tuple(good, mutation).map(([intent, change]) => ({ ...intent, content: contentChanged(intent.content, change) })),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(good, fc.constantFrom(...hostileBodies)).map(([intent, bytes]) => ({ ...intent, content: { bytes } })),
    },
    { weight: 2, arbitrary: fc.tuple(good, wrongType).map(([intent, type]) => ({ ...intent, headers: merged(intent.headers, type) })) },
  );
}

function contentChanged(content: Intent["content"], change: Parameters<typeof mutate>[1]): Intent["content"] {
  return content !== null && "tree" in content ? { tree: mutate(content.tree, change) } : content;
}

/** What is handed over as it is. */
const files: fc.Arbitrary<Intent["content"]> = fc.uint8Array({ maxLength: 3_000 }).map((bytes) => ({ bytes: Buffer.from(bytes) }));

function contentOf(schema: Schema, { components }: ApiDocument, path: string): fc.Arbitrary<Intent["content"]> {
  const described = schemaArbitrary(schema, components.schemas, meanings);
  const tree = path.endsWith("/steps") ? fc.oneof({ weight: 4, arbitrary: goodSteps }, { weight: 1, arbitrary: described }) : described;
  return tree.map((value) => ({ tree: value }));
}

function pathOf(template: string): fc.Arbitrary<Intent["path"]> {
  return fc.nat({ max: 1_000 }).chain((pick) => {
    const collection: Pool = `/${template.slice(1, Math.max(template.indexOf("/{"), 1))}`;
    const pool: Pool = template.endsWith("/resume") ? "attestedRun" : collection;
    // Where two ids belong together they come from one place of the world; sometimes from two, as a mistaken client would.
    const together: Readonly<Record<string, readonly [Pool, Pool]>> = {
      "{step_run_id}/verify": ["pendingRun", "pendingStep"],
      "{step_run_id}": ["waitingRun", "waitingStep"],
      "{artifact}/approve": ["erasureRun", "erasure"],
      "{artifact}": ["artifactRun", "artifact"],
    };
    const pair = Object.entries(together).find(([name]) => template.includes(name));
    const segments = template.split("/").slice(1);
    return fc.tuple(
      ...segments.map((segment): fc.Arbitrary<string | Link> => {
        const name = /^\{(.+)\}$/.exec(segment)?.[1];
        if (name === undefined) return fc.constant(segment);
        if (name === "version") return fc.constantFrom("1", "2", "3", "999999999");
        if (name === "seq") return fc.constantFrom("0", "1", "999999999");
        if (name === "path") return fc.constantFrom(...tiles);
        if (name === "code") return fc.constantFrom("invalid_input", "run_not_found", "nothing");
        const own = new Link(name === "id" ? (pair?.[1][0] ?? pool) : (pair?.[1][1] ?? pool), pick);
        return fc.oneof(
          { weight: 12, arbitrary: fc.constant(own) },
          { weight: 1, arbitrary: linkTo("/api/runs", "waitingRun", "/api/tasks", "step") },
          { weight: 1, arbitrary: fc.uuid() },
        );
      }),
    );
  });
}

/** Paths of C2SP tlog-tiles: there, in part, not there yet, and none. */
const tiles: readonly string[] = [
  "0/000.p/1",
  "0/000.p/2",
  "0/000",
  "entries/000.p/1",
  "entries/x001/000",
  "1/000",
  "64/000",
  "0/0",
  "entries/000.p/257",
];

function queryOf({ parameters = [] }: Operation): fc.Arbitrary<Intent["query"]> {
  const values: Readonly<Record<string, fc.Arbitrary<string | Link>>> = {
    limit: fc.constantFrom("1", "2", "50", "0", "500", "999999999"),
    cursor: fc.oneof<fc.Arbitrary<string | Link>[]>(fc.constantFrom("1", "a"), linkTo("/api/runs", "/api/manifests")),
    after: fc.constantFrom("0", "1", "5", "999999999"),
    status: fc.constantFrom("running", "waiting", "success", "error", "cancelled"),
    manifest_id: linkTo("/api/manifests"),
  };
  const names = parameters.filter((parameter) => parameter.in === "query").map(({ name }) => name);
  return fc
    .subarray(names)
    .chain((chosen) => fc.tuple(...chosen.map((name) => (values[name] ?? fc.constant("1")).map((value) => [name, value] as const))));
}

function headersOf({ parameters = [] }: Operation, bodyType: string | null): fc.Arbitrary<Headers> {
  const values: Readonly<Record<string, fc.Arbitrary<string>>> = {
    "idempotency-key": fc.constantFrom("a", "b", "c", "k".repeat(255)),
    prefer: fc.constantFrom("wait=1", "wait=2", "respond-async", "wait=0"),
    "content-digest": fc.constantFrom(`sha-256=:${"A".repeat(43)}=:`, "sha-256=:x:", "md5=:x:"),
    range: fc.constantFrom("bytes=0-1", "bytes=1-", "bytes=-1", "bytes=99999-", "bytes=2-1", "lines=1-2"),
    "last-event-id": fc.constantFrom("0", "3", "1763000000000000"),
  };
  const names = parameters.filter((parameter) => parameter.in === "header").map(({ name }) => name);
  const type: Headers = bodyType === null ? [] : [["content-type", bodyType]];
  return fc
    .subarray(names)
    .chain((chosen) => fc.tuple(...chosen.map((name) => (values[name] ?? fc.constant("x")).map((value) => [name, value] as const))))
    .map((headers) => [...type, ...headers]);
}

const strangeSegments: readonly string[] = [
  "x",
  "0",
  "-1",
  "%00",
  "%zz",
  "%",
  "%C0%80",
  "%ED%A0%80",
  "%2e%2e%2f",
  "..",
  "__proto__",
  "constructor",
  "{id}",
  ":id",
  "a%20b",
  "%F0%9F%92%A9",
  "00000000-0000-0000-0000-00000000000g",
  "00000000-0000-4000-8000-000000000000%0a",
  "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
  "x".repeat(201),
  "y".repeat(9_000),
  "1e3",
  "99999999999999999999",
  "0.0.0",
  "0.1000",
  "'; drop table x; --".replaceAll(" ", "%20"),
];

type TwistPath = (path: Intent["path"]) => Intent["path"];

/** Puts one strange segment somewhere in a path, after it, or doubles a slash. */
const strangePath: fc.Arbitrary<TwistPath> = fc
  .tuple(fc.nat({ max: 6 }), fc.constantFrom(...strangeSegments), fc.constantFrom("replace", "append", "empty"))
  .map(([place, segment, how]): TwistPath => {
    if (how === "append") return (path) => [...path, segment];
    if (how === "empty") return (path) => [...path.slice(0, place % path.length), "", ...path.slice(place % path.length)];
    return (path) => path.map((own, index) => (index === place % path.length || (own instanceof Link && place === 6) ? segment : own));
  });

const strangeQuery: fc.Arbitrary<Intent["query"]> = fc.array(
  fc.tuple(
    fc.constantFrom(
      "limit",
      "cursor",
      "cursor",
      "after",
      "status",
      "manifest_id",
      "extra",
      "__proto__",
      "limit[]",
      "a.b",
      "",
      "%00",
      "x".repeat(300),
    ),
    fc.constantFrom(
      "",
      "-1",
      "1.5",
      "1e3",
      "abc",
      "%00",
      "%zz",
      "%ED%A0%80",
      "null",
      "NaN",
      "[object Object]".replaceAll(" ", "+"),
      "9".repeat(40),
      "z".repeat(3_000),
      "%F0%9F%92%A9",
      "'",
      "\\",
    ),
  ),
  { minLength: 1, maxLength: 3 },
);

const strangeHeaderLists: readonly Headers[] = [
  [["idempotency-key", ""]],
  [["idempotency-key", "k".repeat(256)]],
  [["idempotency-key", "two words"]],
  [["idempotency-key", "caf\u00e9"]],
  [
    ["idempotency-key", "a"],
    ["idempotency-key", "b"],
  ],
  [["prefer", "wait=99999999999999999999"]],
  [["prefer", "wait=-1"]],
  [["prefer", "wait"]],
  [["prefer", `${"x=1,".repeat(500)}wait=0`]],
  [["last-event-id", "-1"]],
  [["last-event-id", "9".repeat(17)]],
  [["last-event-id", "9".repeat(400)]],
  [["last-event-id", "abc"]],
  [["last-event-id", "99999999"]],
  [["host", "evil.example"]],
  [["host", ""]],
  [["host", "127.0.0.1:abc"]],
  [["host", "[::1"]],
  [["host", "a@127.0.0.1"]],
  [["host", "127.0.0.1.evil.example"]],
  [["accept", "text/html"]],
  [["accept-encoding", "gzip, br"]],
  [["content-encoding", "gzip"]],
  [["expect", "100-continue"]],
  [["expect", "something-else"]],
  [["range", "bytes=0-1"]],
  [["if-none-match", "*"]],
  [["origin", "https://evil.example"]],
  [["x-http-method-override", "DELETE"]],
  [["x-forwarded-host", "evil.example"]],
  [["x-forwarded-for", "1.2.3.4, not-an-ip"]],
  [["cookie", "=; =;;; a=\u00ff"]],
  [
    ["upgrade", "websocket"],
    ["connection", "upgrade"],
  ],
  [["connection", "close"]],
  [["transfer-encoding", "identity"]],
  [...Array(150).keys()].map((n) => [`x-many-${n}`, "1"] as const),
  [["x-long", "l".repeat(17_000)]],
];

const strangeHeaders: fc.Arbitrary<Headers> = fc.constantFrom(...strangeHeaderLists);

const wrongType: fc.Arbitrary<Headers> = fc.constantFrom<Headers[]>(
  [["content-type", "text/plain"]],
  [["content-type", "application/x-www-form-urlencoded"]],
  [["content-type", "multipart/form-data; boundary=x"]],
  [["content-type", "application/json; charset=utf-16"]],
  [["content-type", "APPLICATION/JSON"]],
  [["content-type", "application/json;"]],
  [["content-type", "application/problem+json"]],
  [["content-type", "application/jsonx"]],
  [["content-type", ";"]],
  [["content-type", ""]],
  [["content-type", "application/octet-stream"]],
  [["content-type", "x".repeat(2_000)]],
);

const oddMethods = ["HEAD", "OPTIONS", "PATCH", "DELETE", "TRACE", "PROPFIND", "PURGE", "LINK", "POST", "PUT", "GET", "QUERY"] as const;

function merged(own: Headers, more: Headers): Headers {
  const names = new Set(more.map(([name]) => name));
  return [...own.filter(([name]) => !names.has(name)), ...more];
}

/** The request as it goes out now. */
export function wireOf(intent: Intent, host: string, resolve: Resolve): WireRequest {
  const { content, method } = intent;
  const text = (part: string | Link): string => (part instanceof Link ? resolve(part) : part);
  const query = intent.query.map(([name, value]) => `${name}=${text(value)}`).join("&");
  const target = `/${intent.path.map(text).join("/")}${query === "" ? "" : `?${query}`}`;
  const body = content === null || "streamed" in content ? null : "tree" in content ? encodeTree(content.tree, resolve) : content.bytes;
  const framed = merged([["host", host], ...(body === null ? [] : [["content-length", String(body.length)] as const])], intent.headers);
  if (content !== null && "streamed" in content)
    return { method, target, headers: merged(framed, [["transfer-encoding", "chunked"]]), body: null, streamed: content.streamed };
  return { method, target, headers: framed, body };
}

const megabyte = 1_048_576;

/** Bodies that are far too large, sent piece by piece to each route that takes one. */
export function largeIntents(document: ApiDocument, sizesMb: readonly number[]): readonly Intent[] {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, operation]) => operation.requestBody !== undefined)
      .flatMap(([method]) =>
        sizesMb.map((size) => ({
          method: method.toUpperCase(),
          path: path
            .split("/")
            .slice(1)
            .map((segment) => (segment.startsWith("{") ? "00000000-0000-4000-8000-000000000000" : segment)),
          query: [],
          headers: [["content-type", "application/json"] as const],
          content: { streamed: size * megabyte },
        })),
      ),
  );
}
