import { instantFromMicroseconds } from "../domain/instant.ts";
import type { Instant } from "../domain/instant.ts";
import type { Database } from "./pool.ts";
import { sql } from "./sql.ts";

/** Database time, carried between answers by this process's monotonic clock, so that no host's wall clock matters. */
export interface DatabaseClock {
  readonly now: () => Instant;
  /** The database's clock, in microseconds since 1970, as an answer that has just arrived gave it. */
  readonly observe: (microseconds: number) => void;
}

export async function openClock(db: Database): Promise<DatabaseClock> {
  const clock = makeClock();
  const rows = await db.query<{ at_us: number }>(sql`select (extract(epoch from clock_timestamp()) * 1000000)::bigint as at_us`);
  clock.observe(rows[0]?.at_us ?? 0);
  return clock;
}

export function makeClock(monotonicMs: () => number = () => performance.now()): DatabaseClock {
  let offset = 0;
  return {
    now: () => instantFromMicroseconds(Math.round(offset + monotonicMs() * 1000)),
    observe(microseconds) {
      offset = microseconds - monotonicMs() * 1000;
    },
  };
}
