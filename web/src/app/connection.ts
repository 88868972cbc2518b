import { useEffect, useRef, useSyncExternalStore } from "react";
import { follow } from "../api/events.ts";
import type { ServerEvent, StreamState } from "../api/events.ts";

let state: StreamState | "off" = "off";
const listeners = new Set<() => void>();

function setState(next: StreamState | "off"): void {
  if (state === next) return;
  state = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** How the page's event stream stands. A page follows at most one. */
export function useConnection(): StreamState | "off" {
  return useSyncExternalStore(subscribe, () => state);
}

interface Stream {
  readonly address: string;
  /** Goes on after this event; null: from now on. */
  readonly lastEventId: string | null;
  /** Answers true when no more can come. */
  readonly onEvent: (event: ServerEvent) => boolean;
  /** The stream stands again after it was lost: what was read before may be out of date. */
  readonly onReturn: () => void;
}

/**
 * Follows a stream while the page is shown; null follows none. A hidden page lets go, because browsers hold only six
 * connections to one server over all of its pages, and goes on where it was when it is shown again.
 */
export function useStream(stream: Stream | null): void {
  const current = useRef(stream);
  useEffect(() => {
    current.current = stream;
  });
  const address = stream?.address ?? null;
  useEffect(() => {
    if (address === null) return undefined;
    let lastEventId = current.current?.lastEventId ?? null;
    let connection = new AbortController();
    let ended = false;
    let wasLost = false;
    const open = (): void => {
      connection = new AbortController();
      void followed({
        lastEventId,
        signal: connection.signal,
        onEvent: (event) => {
          lastEventId = event.id ?? lastEventId;
          ended = current.current?.onEvent(event) ?? true;
          return ended;
        },
        onState: (next) => {
          setState(next);
          if (next === "live" && wasLost) current.current?.onReturn();
          wasLost = next === "lost" || (wasLost && next !== "live");
        },
      });
    };
    const followed = async (options: Parameters<typeof follow>[1]): Promise<void> => {
      await follow(address, options);
      if (ended) setState("off");
    };
    const onVisibility = (): void => {
      if (document.hidden) {
        connection.abort();
        wasLost = true;
      } else if (connection.signal.aborted && !ended) open();
    };
    open();
    document.addEventListener("visibilitychange", onVisibility);
    return () => {
      document.removeEventListener("visibilitychange", onVisibility);
      connection.abort();
      setState("off");
    };
  }, [address]);
}
