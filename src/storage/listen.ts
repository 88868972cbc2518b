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
  let closed = false;
  let client: pg.Client | null = null;
  const keep = async (): Promise<void> => {
    while (!closed) {
      const next = new pg.Client({ connectionString: url, application_name: "reckon listen", keepAlive: true });
      const lost = new Promise<void>((resolve) => void next.once("error", () => resolve()).once("end", () => resolve()));
      try {
        await next.connect();
        next.on("notification", (notice) => onHint(notice.payload ?? ""));
        await next.query(`listen ${channel}`);
        client = next;
        onHint(null);
        await lost;
      } catch {
        // The database is away; the next round tries again.
      }
      client = null;
      await next.end().catch(() => undefined);
      if (!closed) await pause(reconnectMs, undefined, { ref: false });
    }
  };
  const kept = keep();
  return {
    async close() {
      closed = true;
      await client?.end().catch(() => undefined);
      await kept;
    },
  };
}
