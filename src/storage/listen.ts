import { once } from "node:events";
import pg from "pg";
import { setTimeout as pause } from "node:timers/promises";

export interface Listening {
  readonly close: () => Promise<void>;
}

const channel = "reckoning";
const reconnectMs = 500;

/**
 * Hears what other processes write. A hint may be lost while the connection is away, so `onHint(null)` after each
 * reconnection says: anything may have changed. Nothing depends on hearing it.
 */
export function listen(url: string, onHint: (payload: string | null) => void): Listening {
  const closing = new AbortController();
  const closed = once(closing.signal, "abort");
  const keep = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      const client = new pg.Client({ connectionString: url, application_name: "reckon listen", keepAlive: true });
      const lost = new Promise<void>((resolve) => void client.once("error", () => resolve()).once("end", () => resolve()));
      try {
        await client.connect();
        client.on("notification", (notice) => onHint(notice.payload ?? ""));
        await client.query(`listen ${channel}`);
        onHint(null);
        await Promise.race([lost, closed]);
      } catch {
        // The database is away; the next round tries again.
      }
      await client.end().catch(() => undefined);
      await Promise.race([pause(reconnectMs, undefined, { ref: false }), closed]);
    }
  };
  const kept = keep();
  return {
    async close() {
      closing.abort();
      await kept;
    },
  };
}
