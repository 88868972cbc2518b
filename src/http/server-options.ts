import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { FastifyBaseLogger, FastifyInstance, RawReplyDefaultExpression, RawRequestDefaultExpression, RawServerDefault } from "fastify";
import type { Evidence } from "./evidence.ts";
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

export interface HttpLog {
  readonly error: (fields: Record<string, unknown>, message: string) => void;
}

export interface ServerOptions {
  readonly machine: Machine;
  readonly evidence: Evidence;
  readonly metrics: Metrics;
  readonly log: HttpLog;
  readonly version: string;
  /** Requests in progress past which new ones are answered 503. */
  readonly inflightMax: number;
  /** Host names this server answers to; null: any. Guards a loopback server against DNS rebinding. */
  readonly hosts: readonly string[] | null;
  /** Where the built web interface lies; null: none is served. */
  readonly webFolder: string | null;
  /** True: everybody has to say who they are. */
  readonly authenticates: boolean;
  /** What one person may ask in a minute, and have in progress. */
  readonly actorPerMinuteMax: number;
  readonly actorInflightMax: number;
  /** Told of a broken rule of our own: the process must stop. */
  readonly onInvariantViolation: (error: unknown) => void;
}

export interface RouteOptions extends ServerOptions {
  /** Event streams open at once; each costs a socket and a little memory. */
  readonly eventStreamsMax: number;
}
