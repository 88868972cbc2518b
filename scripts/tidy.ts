// `npm run tidy`: the house rules that no general tool knows, printed one finding a line. Exit code 1 when there is any.
// `--sizes` also lists the files and functions worth a second thought (a report, never a failure).

import { fileURLToPath } from "node:url";
import { listSizes } from "./tidy/sizes.ts";
import { findAll } from "./tidy/find-all.ts";
import { readTree } from "./tidy/tree.ts";

const tree = readTree(fileURLToPath(new URL("..", import.meta.url)));
const findings = findAll(tree);
for (const finding of findings) console.error(`${finding.file}: ${finding.rule}: ${finding.detail}`);
if (process.argv.includes("--sizes")) for (const line of listSizes(tree)) console.log(line);
console.log(`tidy: ${tree.files.size} files, ${findings.length} findings`);
process.exitCode = findings.length === 0 ? 0 : 1;
