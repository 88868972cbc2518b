import { request } from "node:http";
import type { IncomingMessage } from "node:http";

export interface StreamedEvent {
  readonly id: string;
  readonly event: string;
  readonly data: unknown;
}

/** One reader of an event stream, which can stop reading, go away and be asked what it has seen. */
export interface EventReader {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly events: readonly StreamedEvent[];
  readonly comments: () => number;
  /** Resolves when the other side ended the stream (true) or the connection broke (false). */
  readonly ended: Promise<boolean>;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly close: () => void;
}

export function openEvents(url: string, lastEventId?: string): Promise<EventReader> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent: false, headers: lastEventId === undefined ? {} : { "last-event-id": lastEventId } });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const events: StreamedEvent[] = [];
      let comments = 0;
      let pending = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => {
        const blocks = (pending + text).split("\n\n");
        pending = blocks.pop() ?? "";
        for (const block of blocks) {
          if (block.startsWith(":")) comments += 1;
          else events.push(readEvent(block));
        }
      });
      const ended = new Promise<boolean>((settle) => {
        response.on("end", () => settle(response.complete));
        response.on("error", () => settle(false));
        response.on("close", () => settle(response.complete));
      });
      sent.on("error", () => undefined);
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        events,
        comments: () => comments,
        ended,
        pause: () => void response.pause(),
        resume: () => void response.resume(),
        close: () => void sent.destroy(),
      });
    });
    sent.end();
  });
}

function readEvent(block: string): StreamedEvent {
  const fields = new Map(block.split("\n").map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]));
  return { id: fields.get("id") ?? "", event: fields.get("event") ?? "", data: JSON.parse(fields.get("data") ?? "null") as unknown };
}
