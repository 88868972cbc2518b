// `npm run build:web`, and before `npm start` and the browser tests: builds the web interface unless what is built is what
// the sources would give. Whether it is, is told by a digest over the sources, so a fresh clone and a switch of branches cost one
// build each, and everything else a tenth of a second.

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import { buildVerify } from "./build-verify.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const output = join(root, "web", "dist");
const stamp = join(output, ".sources");
/** The lock names every library that ends up in the bundle, and the builder itself. */
const inputs = [
  "web/src",
  "web/verify/worker.js",
  // The verifier that the page's worker runs, and what that is made of.
  ...["domain", "policy", "engine", "ledger", "attestation", "llm", "verify"].map((room) => `src/${room}`),
  "scripts/verify-browser/vite.config.ts",
  "web/index.html",
  "web/icon.svg",
  "web/vite.config.ts",
  "package-lock.json",
  "scripts/build-web.ts",
];

/** Answers whether there was anything to do. */
export function buildWeb(): boolean {
  const digest = sourcesDigest();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === digest) return false;
  // A process of its own, since what it builds depends on its environment, and under a test runner that says "test".
  const args = [join(root, "node_modules", "vite", "bin", "vite.js"), "build", "--config", "web/vite.config.ts", "--logLevel", "warn"];
  execFileSync(process.execPath, args, { cwd: root, env: { ...process.env, NODE_ENV: "production" }, stdio: "inherit" });
  buildVerify();
  const verifier = join(output, "verify");
  mkdirSync(verifier);
  copyFileSync(join(root, "dist", "verify", "browser", "check-export.js"), join(verifier, "check-export.js"));
  copyFileSync(join(root, "web", "verify", "worker.js"), join(verifier, "worker.js"));
  compress(join(output, "assets"));
  compress(verifier);
  writeFileSync(stamp, digest);
  return true;
}

function sourcesDigest(): string {
  const hash = createHash("sha256");
  for (const path of inputs.flatMap(filesOf))
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update("\0");
  return hash.digest("hex");
}

function filesOf(path: string): readonly string[] {
  if (/\.\w+$/.test(path)) return [path];
  const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length))
    .filter((name) => !name.endsWith(".test.ts"))
    .sort();
}

/** The server sends the compressed file as it lies there. */
function compress(folder: string): void {
  for (const name of readdirSync(folder).filter((file) => /\.(js|css|svg)$/.test(file)))
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(readFileSync(join(folder, name))));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const startMs = performance.now();
  if (buildWeb()) console.log(`built the web interface in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}
