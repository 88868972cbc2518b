import { Type } from "typebox";
import type { TSchema } from "typebox";
import { present } from "../domain/assert.ts";
import { parseUuid } from "../domain/ids.ts";
import type { Rejection } from "../domain/rejection.ts";
import type { Result } from "../domain/result.ts";
import { refuse, Refused } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import { named } from "./schema/components.ts";

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

/** One answer of a route, for its OpenAPI entry. */
export interface DescribedAnswer {
  readonly description: string;
  readonly content: Readonly<Record<string, { readonly schema: TSchema }>>;
  readonly headers?: Readonly<Record<string, TSchema>>;
}

type AnswerHeaders = Readonly<Record<string, TSchema>>;

export function jsonAnswer(description: string, schema: TSchema, headers?: AnswerHeaders): DescribedAnswer {
  return bodyAnswer(description, { type: "application/json", schema }, headers);
}

/** One page of a list. */
export function pageAnswer(description: string, item: TSchema): DescribedAnswer {
  return jsonAnswer(description, Type.Array(item), { Link: linkHeader });
}

/** An answer that is no JSON. */
export function bodyAnswer(
  description: string,
  body: { readonly type: string; readonly schema: TSchema },
  headers?: AnswerHeaders,
): DescribedAnswer {
  return { description, content: { [body.type]: { schema: body.schema } }, ...(headers === undefined ? {} : { headers }) };
}

const linkHeader = Type.String({ description: 'The next page (RFC 8288, rel="next"); absent after the last.' });
export const locationHeader = Type.String({ description: "Path of what was made." });
export const preferenceAppliedHeader = Type.String({ description: "wait=N, when the request preferred to wait (RFC 7240)." });

/** The refusals of a route, for its OpenAPI entry: the given statuses and those any route may answer. */
export function problemsOf(...statuses: readonly RefusalStatus[]): Readonly<Record<string, DescribedAnswer>> {
  return Object.fromEntries([...statuses, ...anywhere].map((status) => [status, refusals[status]]));
}

const anywhere = [400, 408, 421, 429, 431, 503] as const;

const refusal = (description: string, headers?: AnswerHeaders): DescribedAnswer =>
  bodyAnswer(description, { type: "application/problem+json", schema: named("Problem") }, headers);
const retryAfterHeader = { "Retry-After": Type.String({ description: "Seconds after which to try again." }) };

/** Every status of a refusal, described once. */
export const refusals = {
  400: refusal("The request cannot be understood, or its body is not acceptable JSON"),
  401: refusal("Nobody is let in who does not say who they are", { "WWW-Authenticate": Type.String() }),
  403: refusal("This person may not do this, or not as somebody else"),
  404: refusal("There is no such thing"),
  405: refusal("The method is not allowed here", { Allow: Type.String({ description: "The methods that are." }) }),
  408: refusal("The request did not arrive in time"),
  409: refusal("It does not fit the present state"),
  413: refusal("The body is too large"),
  415: refusal("The media type is not supported"),
  416: refusal("The file has no such part", { "Content-Range": Type.String({ description: "How many bytes it has." }) }),
  421: refusal("The Host is not this server"),
  422: refusal("The input does not pass its checks"),
  429: refusal("Too many at once", retryAfterHeader),
  431: refusal("The request's line and headers are too large"),
  503: refusal("The database is away, or there is too much to do", retryAfterHeader),
} as const;

export type RefusalStatus = keyof typeof refusals;

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
