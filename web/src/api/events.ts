import { authorization } from "./session.ts";

/** One event of a stream of server-sent events. */
export interface ServerEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

export type StreamState = "connecting" | "live" | "lost";

interface Follow {
  /** Goes on after this event; null: from the start of the stream. */
  readonly lastEventId: string | null;
  readonly signal: AbortSignal;
  /** Answers true when no more can come. */
  readonly onEvent: (event: ServerEvent) => boolean;
  readonly onState: (state: StreamState) => void;
}

/** The server writes at least a comment every 15 s; a stream that is silent for longer is dead, whatever the socket says. */
const silenceMsMax = 40_000;
const pauseMsMin = 500;
const pauseMsMax = 10_000;

/**
 * Follows a stream until it has said its last, and over every cut: it goes on after the last event it got. Our own reader
 * instead of EventSource, which gives up for good on an answer like 503 and cannot be told where to go on.
 */
export async function follow(address: string, { lastEventId, signal, onEvent, onState }: Follow): Promise<void> {
  let last = lastEventId;
  let failures = 0;
  onState("connecting");
  for (;;) {
    const ended = await readOnce(
      address,
      last,
      signal,
      (event) => {
        failures = 0;
        last = event.id ?? last;
        return onEvent(event);
      },
      () => onState("live"),
    );
    if (ended || signal.aborted) return;
    onState("lost");
    await pause(Math.min(pauseMsMin * 2 ** failures, pauseMsMax) * (0.75 + Math.random() / 2), signal);
    failures += 1;
  }
}

/** One connection. Resolves with true when the stream has ended for good, false when it was cut or refused. */
async function readOnce(
  address: string,
  lastEventId: string | null,
  signal: AbortSignal,
  onEvent: (event: ServerEvent) => boolean,
  onOpen: () => void,
): Promise<boolean> {
  const silent = new AbortController();
  let timer = setTimeout(() => silent.abort(), silenceMsMax);
  try {
    const headers = { accept: "text/event-stream", ...authorization(), ...(lastEventId === null ? {} : { "last-event-id": lastEventId }) };
    const response = await fetch(address, { headers, signal: AbortSignal.any([signal, silent.signal]) });
    if (!response.ok || response.body === null) return response.status === 404;
    onOpen();
    const parse = eventParser();
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return false;
      clearTimeout(timer);
      timer = setTimeout(() => silent.abort(), silenceMsMax);
      for (const event of parse(value)) {
        if (!onEvent(event)) continue;
        await reader.cancel();
        return true;
      }
    }
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Takes text in pieces of any size, gives the events that are complete (HTML standard, section 9.2). */
export function eventParser(): (text: string) => readonly ServerEvent[] {
  let rest = "";
  return (text) => {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => {
      const fields = block.split("\n").map((line) => /^(\w+): ?(.*)$/.exec(line));
      const of = (name: string): readonly string[] => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ""] : []));
      const data = of("data");
      return data.length === 0 ? [] : [{ id: of("id").at(-1) ?? null, event: of("event").at(-1) ?? "message", data: data.join("\n") }];
    });
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
