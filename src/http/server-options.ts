import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Evidence } from "./evidence.ts";
import type { OpenId } from "./open-id.ts";
import type { Machine } from "../runtime/deps.ts";
import type { Metrics } from "../telemetry/metric.ts";

/** A Fastify server whose handlers get their types from the schemas of the contract. */
export type HttpServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** What bounds this server. Those that an operator may change come from the configuration; docs/http.md lists them all. */
export interface HttpLimits {
  /** Requests in progress past which new ones are answered 503. */
  readonly inflightMax: number;
  /** Requests held open at once for what comes later: event streams, and answers that wait for a run to rest. */
  readonly heldMax: number;
  /** Time in which a whole request must have arrived. */
  readonly requestMsMax: number;
  /** Requests a second from one address, in bursts of as many; null: no limit. */
  readonly ratePerSecondMax: number | null;
  /** Pause after which a quiet event stream says that it is still there. */
  readonly heartbeatMs: number;
}

/** Requests that are under way in a server. */
export interface Gate {
  /** Counts a request as held instead of in progress; answers how to end that, or null when too many are held. */
  readonly hold: (request: FastifyRequest) => (() => void) | null;
  readonly counts: () => { readonly inflight: number; readonly held: number };
}

export interface HttpLog {
  readonly error: (fields: Record<string, unknown>, message: string) => void;
}

export interface ServerOptions {
  readonly machine: Machine;
  readonly evidence: Evidence;
  readonly metrics: Metrics;
  readonly log: HttpLog;
  readonly version: string;
  readonly limits: HttpLimits;
  /** Host names this server answers to; null: any. Guards a loopback server against DNS rebinding. */
  readonly hosts: readonly string[] | null;
  /** Where the built web interface lies; null: none is served. */
  readonly webFolder: string | null;
  /** True: everybody has to say who they are. */
  readonly authenticates: boolean;
  /** Signs people in by OpenID Connect; null: API tokens only. */
  readonly openId: OpenId | null;
  /** Scheme, host and port under which browsers reach this server; null where they have no sessions. */
  readonly publicOrigin: string | null;
  readonly sessionSeconds: number;
  /** What one person may ask in a minute, and have in progress. */
  readonly actorPerMinuteMax: number;
  readonly actorInflightMax: number;
  /** Told of a broken rule of our own: the process must stop. */
  readonly onInvariantViolation: (error: unknown) => void;
}

export interface RouteOptions extends ServerOptions {
  readonly gate: Gate;
}
