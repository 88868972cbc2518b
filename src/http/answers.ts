import { present } from "../domain/assert.ts";
import { parseUuid } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import type { Result } from "../domain/result.ts";
import { problemSchema } from "./contract.ts";
import { refuse, Refused } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";

/** The value of an answer, or its refusal on the way to the error handler. */
export function granted<T>(answer: Result<T, Rejection>): T {
  if (!answer.ok) throw refuse(answer.error);
  return answer.value;
}

export function found<T>(value: T | null, code: ProblemCode, detail: string): T {
  if (value === null) throw new Refused(code, detail);
  return value;
}

/** An id whose form the route's schema has checked. */
export function idOf<Kind extends Parameters<typeof parseUuid>[0] extends string ? NonNullable<ReturnType<typeof parseUuid>> : never>(
  text: string,
): Kind {
  return present(parseUuid<Kind>(text), "a UUID that the schema let through");
}

const problemContent = { content: { "application/problem+json": { schema: problemSchema } } };

/** The refusals of a route, for its OpenAPI entry: the given statuses and those any route may answer. */
export function problemsOf(...statuses: readonly number[]): Record<number, unknown> {
  const always = [421, 503];
  return Object.fromEntries(
    [...statuses, ...always].map((status) => [status, { description: descriptions[status] ?? "Refused", ...problemContent }]),
  );
}

const descriptions: Readonly<Record<number, string>> = {
  400: "The body is not acceptable JSON, or the request cannot be understood",
  404: "There is no such thing",
  409: "It does not fit the present state",
  413: "The body is too large",
  415: "The media type is not supported",
  421: "The Host is not this server",
  422: "The input does not pass its checks",
  429: "Too many at once",
  503: "The database is away, or there is too much to do: try again after Retry-After",
};

export const pageLimit = 50;
export const pageLimitMax = 500;

/** The page size a query asks for; asking for more than the most gives the most. */
export function limitOf(query: { readonly limit?: string }): number {
  return Math.max(1, Math.min(Number(query.limit ?? pageLimit), pageLimitMax));
}

/** The `Link` header (RFC 8288) to the page after a full one; undefined after the last. */
export function nextLink(url: string, change: Readonly<Record<string, string>>): string {
  const next = new URL(url, "http://localhost");
  for (const [name, value] of Object.entries(change)) next.searchParams.set(name, value);
  return `<${next.pathname}${next.search}>; rel="next"`;
}
