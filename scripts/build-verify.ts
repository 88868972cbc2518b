// Builds `reckoning-machine/verify` for browsers: one file that needs nothing, from the sources that Node runs, in which
// `node:crypto` and `Buffer` are other implementations (docs/adr/0014).
import { execFileSync } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

export function buildVerify(): void {
  const vite = fileURLToPath(new URL("../node_modules/vite/bin/vite.js", import.meta.url));
  execFileSync(process.execPath, [vite, "build", "--config", "scripts/verify-browser/vite.config.ts", "--logLevel", "warn"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production" },
    stdio: "inherit",
  });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) buildVerify();
