import type { Actor } from "../domain/actor.ts";
import { Fault } from "../domain/fault.ts";
import type { Instant } from "../domain/instant.ts";
import type { RegisterEvent } from "../domain/register-event.ts";
import { registerIdOf } from "../ledger/derived-id.ts";
import { draftRegisterEvent } from "../ledger/encode-register-event.ts";
import { encodeEntry } from "../ledger/entry.ts";
import type { Database } from "../storage/pool.ts";
import { appendToRegister, readRegisterHead } from "../storage/write/register.ts";

/** The record of people and of the service itself. What it says of them is true from its commit on, and not before. */
export interface Register {
  /** Null: it cannot become true, because what can be true only once is so already; nothing was written. */
  readonly record: (event: RegisterEvent, actor: Actor) => Promise<{ readonly seq: number; readonly at: Instant } | null>;
  /** Entries so far. */
  readonly entryCount: () => Promise<number>;
}

const triesMax = 20;

export function openRegister(options: {
  readonly db: Database;
  readonly log: string;
  readonly now: () => Instant;
  readonly newSalt: () => Uint8Array;
}): Register {
  const { db, log, now, newSalt } = options;
  const register = registerIdOf(log);
  return {
    entryCount: async () => (await readRegisterHead(db, register)).entryCount,
    async record(event, actor) {
      for (let tries = 0; tries < triesMax; tries += 1) {
        const { entryCount: seq, leaf: prev } = await readRegisterHead(db, register);
        const at = now();
        const place = { log, runId: register, seq, prev, at, actor, epoch: 1, cmd: null };
        const { entry } = encodeEntry(event.kind, draftRegisterEvent(event), place, newSalt);
        const appended = await appendToRegister(db, register, entry);
        if (appended === "appended") return { seq, at };
        if (appended === "true_already") return null;
      }
      throw new Fault("database_conflict", `the register was moved by others ${triesMax} times in a row`);
    },
  };
}
