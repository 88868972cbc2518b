import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { isJsonObject } from "../domain/json.ts";
import type { UploadTo } from "./read-artifact.ts";
import type { Session } from "./session.ts";
import { textOf } from "./wire.ts";

/** Hands files over to the server of this session, each as it is read. */
export function uploadTo({ client }: Session): UploadTo {
  return async (path, { sha256, bytes }) => {
    const content = Readable.toWeb(createReadStream(path));
    const stored = await client.upload("/api/artifacts", { content, sha256, bytes });
    return isJsonObject(stored) ? textOf(stored["uri"]) : "";
  };
}
