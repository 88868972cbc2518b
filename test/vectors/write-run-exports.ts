// Writes test/vectors/run-export: exports that a second implementation of docs/format/run-export.md must accept or refuse.
import { mkdirSync, writeFileSync } from "node:fs";
import { formatVerifierKey } from "../../src/ledger/note-key.ts";
import { runExportVectors } from "./run-export-vectors.ts";
import { pinnedKeys } from "../support/sealed-bundles.ts";

const folder = new URL("./run-export/", import.meta.url);
mkdirSync(folder, { recursive: true });
writeFileSync(new URL("keys.txt", folder), `${pinnedKeys.map(formatVerifierKey).join("\n")}\n`);
const vectors = runExportVectors();
for (const { name, archive } of vectors) writeFileSync(new URL(`${name}.tar`, folder), archive);
const expected = vectors.map(({ name, exit, field, what }) => ({ name, exit, field, what }));
writeFileSync(new URL("expected.json", folder), `${JSON.stringify(expected, null, 2)}\n`);
