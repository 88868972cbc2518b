// Writes docs/cli.md from the command line's own help.

import { writeFileSync } from "node:fs";
import { cliReference } from "./cli-reference.ts";

writeFileSync(new URL("../docs/cli.md", import.meta.url), cliReference());
