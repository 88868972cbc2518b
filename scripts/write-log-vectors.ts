// Writes test/vectors/log.json: a small log with its keys, checkpoint, proofs and tiles, as docs/format/log.md describes them.

import { writeFileSync } from "node:fs";
import { logVectors } from "./log-vectors.ts";

writeFileSync(new URL("../test/vectors/log.json", import.meta.url), logVectors());
