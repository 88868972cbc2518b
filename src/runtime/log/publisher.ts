import type { Timers } from "../../domain/timers.ts";
import type { TreeHead } from "../../ledger/consistency.ts";
import type { PublishedCheckpoint } from "../../storage/read/log.ts";
import { makeBell } from "../bell.ts";
import type { Anchor } from "./anchor.ts";
import type { Cosigners } from "./cosigners.ts";
import type { LogAlarm } from "./log-alarm.ts";
import type { Signer } from "./signer.ts";

export interface PublisherStore {
  readonly readTreeHead: () => Promise<TreeHead | null>;
  readonly readCheckpoint: () => Promise<PublishedCheckpoint | null>;
  readonly publish: (checkpoint: { readonly size: number; readonly note: string }) => Promise<void>;
}

export interface PublisherPorts {
  readonly store: PublisherStore;
  readonly signer: Signer;
  readonly cosigners: Cosigners;
  readonly anchor: Anchor;
  readonly timers: Timers;
  /** Null: all is well again. */
  readonly onAlarm: (alarm: LogAlarm | null) => void;
  readonly onPublished: (published: { readonly size: number }) => void;
  /** For tests that end the process here. */
  readonly onStage?: (stage: "signed" | "cosigned" | "published" | "anchored") => void;
}

export interface Publisher {
  /** The log may have grown. */
  readonly wake: () => void;
  readonly stop: () => Promise<void>;
}

const publishEveryMs = 1_000;
const sweepMs = 15_000;
const retryMs = 5_000;

/**
 * Signs the tree once it is durable, has it witnessed, publishes it and puts it where the database's administrator cannot reach
 * it. Whatever goes wrong here delays checkpoints and raises an alarm; entries are written and sealed all the same.
 */
export function makePublisher(ports: PublisherPorts): Publisher {
  const { timers, onAlarm } = ports;
  const stopped = new AbortController();
  const bell = makeBell(stopped.signal);
  const run = async (): Promise<void> => {
    for (let waitMs = 0; ; ) {
      const waited = await bell.wait(waitMs);
      const started = timers.monotonicMs();
      const alarm = await publishOnce(ports).catch(
        (error: unknown): LogAlarm => ({
          code: error instanceof AnchorUnwritable ? "anchor_unwritable" : "publishing_failed",
          detail: error instanceof Error ? error.message : String(error),
        }),
      );
      onAlarm(alarm);
      if (waited === "closed") return;
      waitMs = alarm === null ? sweepMs : retryMs;
      const restMs = publishEveryMs - (timers.monotonicMs() - started);
      if (restMs > 0) await restUnlessStopped(timers, restMs, stopped.signal);
    }
  };
  const ran = run();
  return {
    wake: bell.ring,
    async stop() {
      stopped.abort();
      await ran;
      await ports.signer.close();
    },
  };
}

class AnchorUnwritable extends Error {
  override readonly name = "AnchorUnwritable";
}

function unwritable(cause: unknown): never {
  throw new AnchorUnwritable(`the checkpoint could not be kept outside the database: ${String(cause)}`, { cause });
}

function restUnlessStopped(timers: Timers, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = timers.after(ms, resolve);
    signal.addEventListener("abort", () => (cancel(), resolve()), { once: true });
  });
}

/** Publishes the newest tree unless that was done; answers what is in the way. */
async function publishOnce({ store, signer, cosigners, anchor, onPublished, onStage }: PublisherPorts): Promise<LogAlarm | null> {
  const head = await store.readTreeHead();
  const published = await store.readCheckpoint();
  // The last one may have been published by a process that died before it could put it in the anchor.
  if (published !== null) await anchor.put(published).catch(unwritable);
  if (head === null || (published !== null && published.size >= head.size)) return null;
  const signed = await signer.sign(head);
  if (!signed.ok) return signed.error;
  onStage?.("signed");
  const cosigned = await cosigners.cosign(head, signed.value);
  if (!cosigned.ok) return cosigned.error;
  onStage?.("cosigned");
  await store.publish({ size: head.size, note: cosigned.value });
  onStage?.("published");
  onPublished({ size: head.size });
  await anchor.put({ size: head.size, note: cosigned.value }).catch(unwritable);
  onStage?.("anchored");
  return null;
}
