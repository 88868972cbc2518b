import { Fault } from "../../domain/fault.ts";
import { isJsonObject } from "../../domain/json.ts";
import type { Json } from "../../domain/json.ts";
import { readOwnJson } from "../../domain/read-json.ts";
import { decodeBase64, encodeBase64 } from "../../ledger/base64.ts";
import type { TreeHead } from "../../ledger/consistency.ts";
import { hashBytes } from "../../ledger/merkle.ts";
import { readIfThere, replaceFile } from "../log/keep-file.ts";

/** What a witness signed last of each log, in a file. Losing it would let a log start over, so it is never guessed. */
export interface WitnessState {
  readonly lastOf: (origin: string) => TreeHead | null;
  /** Returns when it is on disk. */
  readonly remember: (origin: string, head: TreeHead) => Promise<void>;
}

export async function openWitnessState(path: string): Promise<WitnessState> {
  const heads = new Map(readHeads(path, await readIfThere(path)));
  return {
    lastOf: (origin) => heads.get(origin) ?? null,
    async remember(origin, head) {
      const next = new Map(heads).set(origin, head);
      const written = Object.fromEntries([...next].map(([name, { size, root }]) => [name, { size, root: encodeBase64(root) }]));
      await replaceFile(path, `${JSON.stringify(written, null, 2)}\n`);
      heads.set(origin, head);
    },
  };
}

function readHeads(path: string, text: string | null): readonly (readonly [string, TreeHead])[] {
  if (text === null) return [];
  let value: Json;
  try {
    value = readOwnJson(text);
  } catch (error) {
    throw unreadable(path, error);
  }
  if (!isJsonObject(value)) throw unreadable(path);
  return Object.entries(value).map(([origin, head]) => {
    const size = isJsonObject(head) ? head["size"] : undefined;
    const root = isJsonObject(head) && typeof head["root"] === "string" ? decodeBase64(head["root"]) : null;
    if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0 || root?.length !== hashBytes) throw unreadable(path);
    return [origin, { size, root }];
  });
}

function unreadable(path: string, cause?: unknown): Fault {
  return new Fault("record_unreadable", `${path} is not what a witness wrote; without it nothing may be signed`, { cause });
}
