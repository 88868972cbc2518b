// The storage room: all SQL of the machine. It may import domain and ledger, and `pg` is its library. Its invariant: one
// writer (`write/append.ts`) inserts ledger entries, artifacts and projections, in one statement; everything else reads.
import pg from "pg";
import { Fault } from "../domain/fault.ts";
import { faultOf, sqlstateOf } from "./sqlstate.ts";
import type { Statement } from "./sql.ts";

export interface DatabaseOptions {
  readonly url: string;
  readonly applicationName: string;
  readonly poolMax: number;
  /** True behind a transaction pooler that cannot keep prepared statements: then none is named. */
  readonly pooler?: boolean;
  /** How long one statement may take; a connection that is silent for longer is given up. */
  readonly statementMsMax?: number;
  readonly onError?: (error: Error) => void;
}

/** A bounded pool of connections that survives the database's absence: a query then fails fast with a Fault, the next may succeed. */
export interface Database {
  readonly url: string;
  readonly query: <Row extends object>(statement: Statement) => Promise<readonly Row[]>;
  /** A connection of its own, for what must not wait behind the pool. The caller closes it. */
  readonly connect: () => Promise<Connection>;
  readonly close: () => Promise<void>;
}

export interface Connection {
  readonly query: <Row extends object>(statement: Statement) => Promise<readonly Row[]>;
  readonly isLost: () => boolean;
  readonly close: () => Promise<void>;
}

const connectMsMax = 1_500;
const statementMsDefault = 30_000;
/** The server ends a statement that takes too long; whoever hears nothing this much later has lost the server. */
const silenceMsMax = 2_000;
/** After which the server gives up a client that does not acknowledge what it is sent. */
const unacknowledgedMsMax = 30_000;
const lockMsMax = 10_000;
const idleInTransactionMsMax = 10_000;

// int8 counts and epochs fit a double by our own bounds; a value that does not is an error, never a rounded number.
pg.types.setTypeParser(pg.types.builtins.INT8, (text: string) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Fault("record_unreadable", `the database holds the integer ${text}, which is too large`);
  return value;
});

export function openDatabase(options: DatabaseOptions): Database {
  const { url, poolMax, pooler = false, onError = () => undefined } = options;
  const pool = new pg.Pool({ ...clientConfig(options), max: poolMax, idleTimeoutMillis: 30_000, allowExitOnIdle: false });
  // Without a listener the loss of an idle connection would end the process.
  pool.on("error", onError);
  return {
    url,
    async query<Row extends object>(statement: Statement) {
      try {
        const result = await pool.query<Row>(queryConfig(statement, pooler));
        return result.rows;
      } catch (error) {
        throw faultOf(error);
      }
    },
    async connect() {
      const client = new pg.Client(clientConfig(options));
      let lost = false;
      const lose = (): void => void (lost = true);
      client.on("error", lose);
      client.on("end", lose);
      try {
        await client.connect();
      } catch (error) {
        throw faultOf(error);
      }
      return {
        async query<Row extends object>(statement: Statement) {
          try {
            return (await client.query<Row>(queryConfig(statement, pooler))).rows;
          } catch (error) {
            // Without an answer of the server's nobody knows what state the connection is in.
            if (sqlstateOf(error) === null) lose();
            throw faultOf(error);
          }
        },
        isLost: () => lost,
        close: () => client.end().catch(() => undefined),
      };
    },
    close: () => pool.end(),
  };
}

/**
 * Every statement of ours is named and its plan does not depend on the values, but PostgreSQL would plan most of them anew each
 * time: it takes an array it can see for one element and one it cannot for ten, so the general plan always looks dearer. A plan that
 * is kept must also hold when the tables have grown from nothing: each of our statements finds its rows by an index.
 */
const planOnce = [
  "plan_cache_mode=force_generic_plan",
  "enable_seqscan=off",
  "enable_hashjoin=off",
  "enable_mergejoin=off",
  // Versions before 18 would take what is off for expensive, and compile it.
  "jit=off",
]
  .map((setting) => `-c ${setting}`)
  .join(" ");

function clientConfig({ url, applicationName, pooler = false, statementMsMax = statementMsDefault }: DatabaseOptions): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: connectMsMax,
    statement_timeout: statementMsMax,
    query_timeout: statementMsMax + silenceMsMax,
    lock_timeout: lockMsMax,
    idle_in_transaction_session_timeout: idleInTransactionMsMax,
    keepAlive: true,
    // A pooler keeps the connections to the server and refuses what it does not know.
    ...(pooler ? {} : { options: `${planOnce} -c tcp_user_timeout=${unacknowledgedMsMax}` }),
  };
}

function queryConfig({ name, text, values }: Statement, pooler: boolean): pg.QueryConfig {
  return pooler ? { text, values: [...values] } : { name, text, values: [...values] };
}
